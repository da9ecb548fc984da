"""What AWS answered, call by call, replayed: `tests/data/recorded_cloudwatch.json`.

The steps before a call are made here too; alarms have been evaluated before the next call.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver
from tests.recorded import agrees

from windsock.kernel.clock import to_ms
from windsock.kernel.errors import AwsError

RECORDED = json.loads((Path(__file__).parents[3] / "data" / "recorded_cloudwatch.json").read_bytes())

# Values the recorders put in place of real ones.
PLACEHOLDERS = re.compile(r"<[\w-]+(?::\d+)?>|timestamp|datetime|date|MM/DD/YY HH:MM:SS")
# What the gateway calls an error whose name in the model is another: that of the query protocol.
CODES = {"ValidationException": "ValidationError"}
INSTANTS = {"Timestamp", "StartTime", "EndTime"}


def _name(case: dict[str, Any]) -> str:
    return f"{case['test']}:{case['key']}"


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _prepared(params: Any) -> Any:
    """Parameters as boto3 takes them."""
    if isinstance(params, list):
        return [_prepared(each) for each in params]
    if not isinstance(params, dict):
        return params
    return {key: _instant(value) if key in INSTANTS else _prepared(value) for key, value in params.items()}


def _latest(case: dict[str, Any]) -> datetime:
    """The last instant that a case speaks of: it was about then."""
    stamps = re.findall(r'"(20\d\d-\d\d-\d\d \d\d:\d\d:\d\d[^"]*)"', json.dumps(case))
    return max(map(_instant, stamps), default=datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


async def _make(driver: Driver, step: dict[str, Any]) -> None:
    try:
        await driver(step.get("service", "cloudwatch"), step["op"], **_prepared(step["params"]))
    except AwsError:
        if not step.get("failed"):
            raise


@pytest.mark.parametrize("case", RECORDED["cases"], ids=_name)
async def test_answers_as_aws_did(driver: Driver, case: dict[str, Any]) -> None:
    driver.clock.move_to(to_ms(_latest(case)) - 60_000)
    for step in case["steps"]:
        await _make(driver, step)
    await driver.advance(case.get("wait", 0))
    if "error" in case:
        with pytest.raises(AwsError) as caught:
            await driver("cloudwatch", case["op"], **_prepared(case["params"]))
        code = CODES.get(caught.value.code, caught.value.code)
        assert (code, caught.value.message) == (case["error"]["code"], case["error"]["message"])
        return
    answer = await driver("cloudwatch", case["op"], **_prepared(case["params"]))
    for each in (case["answer"], answer):  # AWS lists the datapoints of several units in no order
        each.get("Datapoints", []).sort(key=lambda datapoint: datapoint["Unit"])
    assert agrees(case["answer"], answer, PLACEHOLDERS), (case["answer"], answer)
