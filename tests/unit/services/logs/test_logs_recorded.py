"""What AWS answered, call by call, replayed: `tests/data/recorded_logs.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.recorded import agrees

from windsock.kernel.errors import AwsError

RECORDED = json.loads(Path("tests/data/recorded_logs.json").read_bytes())
# The instant from which the recorded parameters count what is too old and too new.
RECORDED_AT_MS = 1_795_426_386_650

# What the recorders put in place of values that change.
PLACEHOLDERS = re.compile(
    r"<[\w-]+(?::\d+)?>|^(?:timestamp|too-old-log-event-end-index|too-new-log-event-start-index)$"
)


async def _answer(driver: Driver, call: dict[str, Any]) -> dict[str, Any]:
    try:
        return await driver("logs", call["operation"], **call["params"])
    except AwsError as error:
        return {"Error": {"Code": error.code, "Message": error.message}}


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["case"])
async def test_answers_as_aws_did(driver: Driver, case: dict[str, Any]) -> None:
    await driver.advance((RECORDED_AT_MS - START_MS) / 1000)
    for step in case["steps"]:
        assert ("Error" in await _answer(driver, step)) == step.get("fails", False), step
    answer = await _answer(driver, case)
    assert agrees(case["recorded"], answer, PLACEHOLDERS), answer
