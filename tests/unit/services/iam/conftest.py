"""The fixtures of IAM's tests."""

from __future__ import annotations

import pytest
from tests.conftest import Driver
from tests.unit.services.iam.iam_helpers import Iam


@pytest.fixture
def iam(driver: Driver) -> Iam:
    return Iam(driver)
