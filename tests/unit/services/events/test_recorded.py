"""What AWS answered, call by call, replayed: `tests/data/recorded_events.json`.

The steps before a call are made here too; tokens that a step answered are put in place of the recorded ones.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION

RECORDED = json.loads((Path(__file__).parents[3] / "data" / "recorded_events.json").read_bytes())

# Values the recorders put in place of real ones, besides everything in angle brackets.
PLACEHOLDERS = re.compile(
    r"<<?[\w :-]+>?(?::\d+)?>|datetime|event-id|target-arn|target-id(?:-one|-two)?|second-invalid-target-id"
)


def _name(case: dict[str, Any]) -> str:
    return f"{case['test']}:{case['key']}"


def agrees(recorded: Any, actual: Any) -> bool:
    """Whether an answer is the recorded one, placeholders and the spacing of JSON texts apart."""
    if isinstance(recorded, str):
        text = recorded.replace("111111111111", DEFAULT_ACCOUNT)
        pattern = ".+".join(re.escape(part) for part in PLACEHOLDERS.split(text))
        return re.fullmatch(pattern, str(actual), re.DOTALL) is not None
    if isinstance(actual, str) and isinstance(recorded, dict | list):
        return agrees(recorded, json.loads(actual))
    if isinstance(recorded, dict):
        return (
            isinstance(actual, dict)
            and recorded.keys() == actual.keys()
            and all(agrees(value, actual[key]) for key, value in recorded.items())
        )
    if isinstance(recorded, list):
        return (
            isinstance(actual, list) and len(recorded) == len(actual) and all(map(agrees, recorded, actual))
        )
    return bool(recorded == actual)


def _prepared(params: Any, tokens: dict[str, str]) -> Any:
    """Parameters as boto3 takes them, with our tokens for the recorded ones."""
    if isinstance(params, list):
        return [_prepared(each, tokens) for each in params]
    if not isinstance(params, dict):
        return params
    prepared = {key: _prepared(value, tokens) for key, value in params.items()}
    if isinstance(prepared.get("Time"), str):
        prepared["Time"] = datetime.fromisoformat(prepared["Time"]).replace(tzinfo=UTC)
    if "NextToken" in prepared:
        prepared["NextToken"] = tokens[prepared["NextToken"]]
    return prepared


async def _call(driver: Driver, call: dict[str, Any], tokens: dict[str, str]) -> Any:
    region = call.get("region", DEFAULT_REGION)
    return await driver("events", call["op"], region=region, **_prepared(call["params"], tokens))


async def _step(driver: Driver, step: dict[str, Any], tokens: dict[str, str]) -> None:
    try:
        answer = await _call(driver, step, tokens)
    except AwsError:
        if not step.get("failed"):
            raise
        return
    if "next_token" in step:
        tokens[step["next_token"]] = answer["NextToken"]


@pytest.mark.parametrize("case", RECORDED["cases"], ids=_name)
async def test_answers_as_aws_did(driver: Driver, case: dict[str, Any]) -> None:
    tokens: dict[str, str] = {}
    for step in case["steps"]:
        await _step(driver, step, tokens)
    if "error" in case:
        with pytest.raises(AwsError) as caught:
            await _call(driver, case, tokens)
        assert caught.value.code == case["error"]["code"]
        assert agrees(case["error"]["message"], caught.value.message), caught.value.message
        return
    answer = await _call(driver, case, tokens)
    assert agrees(case["answer"], answer), (case["answer"], answer)


def test_every_case_is_replayed_or_left_out_for_a_reason() -> None:
    assert len(RECORDED["cases"]) + sum(left["cases"] for left in RECORDED["left_out"]) == 185
