"""What AWS answered, call by call, replayed: `tests/data/recorded_events.json`.

The steps before a call are made here too; tokens and ARNs that a step answered are put in place of the
recorded ones, and what a step leads to is over before the next call.
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

from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_REGION

RECORDED = json.loads((Path(__file__).parents[3] / "data" / "recorded_events.json").read_bytes())

# Values the recorders put in place of real ones, besides everything in angle brackets.
PLACEHOLDERS = re.compile(
    r"<<?[\w :-]+>?(?::\d+)?>|datetime|event-id|target-arn|api-destination-arn|connection-arn"
    r"|target-id(?:-one|-two)?|second-invalid-target-id"
)

INSTANTS = {"Time", "EventStartTime", "EventEndTime"}


def _name(case: dict[str, Any]) -> str:
    return f"{case['test']}:{case['key']}"


def _prepared(params: Any, ours: dict[str, str]) -> Any:
    """Parameters as boto3 takes them, with our tokens and ARNs for the recorded ones."""
    if isinstance(params, list):
        return [_prepared(each, ours) for each in params]
    if isinstance(params, str):
        return ours.get(params, params)
    if not isinstance(params, dict):
        return params
    prepared = {key: _prepared(value, ours) for key, value in params.items()}
    for name in INSTANTS & prepared.keys():
        prepared[name] = datetime.fromisoformat(prepared[name]).replace(tzinfo=UTC)
    return prepared


async def _call(driver: Driver, call: dict[str, Any], ours: dict[str, str]) -> Any:
    region = call.get("region", DEFAULT_REGION)
    answer = await driver("events", call["op"], region=region, **_prepared(call["params"], ours))
    await driver.settle()
    return answer


async def _step(driver: Driver, step: dict[str, Any], ours: dict[str, str]) -> None:
    try:
        answer = await _call(driver, step, ours)
    except AwsError:
        if not step.get("failed"):
            raise
        return
    if "next_token" in step:
        ours[step["next_token"]] = answer["NextToken"]
    if "arn" in step:
        ours[step["arn"]] = answer["ConnectionArn"]


@pytest.mark.parametrize("case", RECORDED["cases"], ids=_name)
async def test_answers_as_aws_did(driver: Driver, case: dict[str, Any]) -> None:
    ours: dict[str, str] = {}
    for step in case["steps"]:
        await _step(driver, step, ours)
    if "error" in case:
        with pytest.raises(AwsError) as caught:
            await _call(driver, case, ours)
        assert caught.value.code == case["error"]["code"]
        assert agrees(case["error"]["message"], caught.value.message, PLACEHOLDERS), caught.value.message
        return
    answer = await _call(driver, case, ours)
    assert agrees(case["answer"], answer, PLACEHOLDERS), (case["answer"], answer)


def test_every_case_is_replayed_or_left_out_for_a_reason() -> None:
    assert len(RECORDED["cases"]) + sum(left["cases"] for left in RECORDED["left_out"]) == 185
