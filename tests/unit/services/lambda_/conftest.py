"""Functions for the tests, run by a runner that runs nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from lambda_helpers import ScriptedRunner

from windsock.services.lambda_.runs import FunctionRuns

if TYPE_CHECKING:
    from conftest import Driver


@pytest.fixture
async def runner(driver: Driver) -> AsyncIterator[ScriptedRunner]:
    scripted = ScriptedRunner()
    driver.engine.part(FunctionRuns).use(scripted)
    yield scripted
    assert not scripted.unexpected
