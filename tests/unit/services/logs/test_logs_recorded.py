"""What AWS answered, call by call, replayed: `tests/data/recorded_logs.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver

from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT

RECORDED = json.loads(Path("tests/data/recorded_logs.json").read_bytes())
# The instant from which the recorded parameters count what is too old and too new.
RECORDED_AT_MS = 1_795_426_386_650

# What the recorders put in place of changing values, besides everything in angle brackets.
CHANGING = frozenset({"timestamp", "too-old-log-event-end-index", "too-new-log-event-start-index"})
PLACEHOLDER = re.compile(r"<[\w-]+(?::\d+)?>")


def agrees(recorded: Any, actual: Any) -> bool:
    """Whether an answer is the recorded one, placeholders apart. Policies were recorded as documents."""
    if isinstance(recorded, dict):
        document = json.loads(actual) if isinstance(actual, str) else actual
        return recorded.keys() == document.keys() and all(
            agrees(value, document[key]) for key, value in recorded.items()
        )
    if isinstance(recorded, list):
        return len(recorded) == len(actual) and all(map(agrees, recorded, actual))
    if isinstance(recorded, str):
        text = recorded.replace("111111111111", DEFAULT_ACCOUNT)
        pattern = ".+".join(re.escape(part) for part in PLACEHOLDER.split(text))
        return text in CHANGING or re.fullmatch(pattern, str(actual)) is not None
    return bool(recorded == actual)


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
    assert agrees(case["recorded"], answer), answer
