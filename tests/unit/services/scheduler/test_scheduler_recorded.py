"""What AWS answered, call by call, replayed: `tests/data/recorded_scheduler.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError

DATA = Path(__file__).parents[3] / "data"
RECORDED = json.loads((DATA / "recorded_scheduler.json").read_bytes())
EXPRESSIONS = [
    each
    for each in json.loads((DATA / "schedule_expressions.json").read_bytes())
    if each["api"] == "scheduler.CreateSchedule"
]
# Not every target that AWS has: what these cases are about is the rest of the schedule.
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
SCHEDULES = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/"


def _prepared(params: dict[str, Any]) -> dict[str, Any]:
    if "Target" not in params:
        return params
    return {**params, "Target": {**params["Target"], "Arn": QUEUE}}


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["test"])
async def test_answers_as_aws_did(driver: Driver, case: dict[str, Any]) -> None:
    for step in case["steps"]:
        await driver("scheduler", step["op"], **_prepared(step["params"]))
    if "error" in case:
        with pytest.raises(AwsError) as caught:
            await driver("scheduler", case["op"], **_prepared(case["params"]))
        assert (caught.value.code, caught.value.message) == (case["error"]["code"], case["error"]["message"])
        return
    answer = await driver("scheduler", case["op"], **_prepared(case["params"]))
    if "ScheduleArn" in case["answer"]:
        assert answer == {"ScheduleArn": SCHEDULES + case["params"]["Name"]}
    else:
        assert answer == case["answer"]


@pytest.mark.parametrize("case", EXPRESSIONS, ids=lambda case: case["expression"])
async def test_expressions_are_judged_as_aws_does(driver: Driver, case: dict[str, Any]) -> None:
    params = {
        "Name": "s",
        "ScheduleExpression": case["expression"],
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": QUEUE, "RoleArn": "arn:aws:iam::000000000000:role/r"},
    }
    if case["valid"]:
        assert (await driver("scheduler", "CreateSchedule", **params))["ScheduleArn"].endswith("/default/s")
        return
    with pytest.raises(AwsError) as caught:
        await driver("scheduler", "CreateSchedule", **params)
    assert (caught.value.code, caught.value.message) == (case["error"]["Code"], case["error"]["Message"])


def test_every_case_is_replayed() -> None:
    assert (len(RECORDED["cases"]), len(RECORDED["left_out"])) == (15, 0)
