"""TestState answers as it was recorded at AWS: every call, its answer or its error."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ScriptedRunner, make_function

from windsock.kernel.errors import AwsError

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "data" / "recorded_test_state.json").read_text()
)
ROLE = "arn:aws:iam::000000000000:role/tester"

_PLACEHOLDER = re.compile(r"<[a-z]+(?::\d+)?>")
_MASKED = ("date", "start-date", "RequestId", "x-amzn-RequestId", "X-Amzn-Trace-Id")
"""What the recording put in place of values that differ each time."""


def _is_like(recorded: Any, found: Any) -> bool:
    """Whether what was found is what was recorded, whatever its placeholders stand for."""
    if recorded in _MASKED:
        return True
    if isinstance(found, str) and isinstance(recorded, dict | list):
        found = json.loads(found)
    if isinstance(recorded, dict) and isinstance(found, dict):
        return recorded.keys() == found.keys() and all(
            _is_like(each, found[name]) for name, each in recorded.items()
        )
    if isinstance(recorded, list) and isinstance(found, list):
        return len(recorded) == len(found) and all(map(_is_like, recorded, found))
    if isinstance(recorded, str) and isinstance(found, str):
        if recorded.startswith("["):
            return bool(json.loads(recorded) == json.loads(found))
        pattern = ".+".join(map(re.escape, _PLACEHOLDER.split(recorded)))
        return re.fullmatch(pattern, found.replace("000000000000", "111111111111")) is not None
    return bool(recorded == found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_as_recorded(driver: Driver, runner: ScriptedRunner, case: dict[str, Any]) -> None:
    if "function" in case:
        await make_function(driver, case["function"]["name"])
        runner.handler = lambda event: case["function"]["result"]
    params = {**case["params"], "definition": json.dumps(case["params"]["definition"])}
    try:
        answer = await driver("stepfunctions", "TestState", account="000000000000", **params)
    except AwsError as error:
        assert [error.code, error.message] == case.get("error")
    else:
        assert _is_like(case.get("answer"), answer), answer
