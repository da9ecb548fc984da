"""Functions for the tests, run by a runner that runs nothing."""

from __future__ import annotations

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ScriptedRunner

from windsock.services.lambda_.runs import FunctionRuns


@pytest.fixture
def runner(driver: Driver) -> ScriptedRunner:
    scripted = ScriptedRunner()
    driver.engine.part(FunctionRuns).use(scripted)
    return scripted
