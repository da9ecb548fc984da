"""Calls recorded at AWS, made again here: the answers must be AWS's, but for ids and times."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver
from tests.recorded import agrees

from windsock.engine.calls import Caller
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope

DATA = json.loads((Path(__file__).parents[3] / "data" / "recorded_sns.json").read_text())
CALLER = Caller(
    "account", DEFAULT_ACCOUNT, f"arn:aws:iam::{DEFAULT_ACCOUNT}:user/tester", "AKIAIOSFODNN7EXAMPLE"
)
PLACEHOLDERS = re.compile(r"<[a-z0-9:-]+>|^(?:timestamp|date)$")


class Replay:
    """Makes recorded calls, with the ids of the recording turned into those given here."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._ours: dict[str, str] = {}

    async def call(self, service: str, operation: str, params: Any) -> dict[str, Any]:
        await self._driver.settle()
        ours = self._translated(params)
        if operation == "ReceiveMessage":
            ours["WaitTimeSeconds"] = 0
        result = await self._driver.engine.call(
            service, operation, ours, caller=CALLER, scope=Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
        )
        await self._driver.settle()
        return result or {}

    def learn(self, theirs: Any, ours: Any) -> None:
        """Remember which of our strings stands for which of the recording's."""
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for name, value in theirs.items():
                self.learn(value, ours.get(name))
        elif isinstance(theirs, list) and isinstance(ours, list):
            for their, our in zip(theirs, ours, strict=False):
                self.learn(their, our)
        elif isinstance(theirs, str) and isinstance(ours, str):
            self._ours[theirs] = ours

    def knows(self, theirs: str) -> bool:
        """Whether the recording's string stands for one of ours."""
        return theirs in self._ours

    def _translated(self, value: Any) -> Any:
        if isinstance(value, dict):
            if "$repeat" in value:
                unit, times = value["$repeat"]
                return unit * times
            return {
                name: ast.literal_eval(each) if name == "BinaryValue" else self._translated(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [self._translated(each) for each in value]
        return self._ours.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("test", [pytest.param(each, id=each["name"]) for each in DATA["tests"]])
async def test_the_answers_are_those_of_aws(driver: Driver, test: dict[str, Any]) -> None:
    replay = Replay(driver)
    for position in range(len(test["steps"]) + 1):
        made = None
        for case in test["cases"]:
            if case["after"] == position:
                made = case
                answer = await compare(replay, case)
        if position == len(test["steps"]):
            break
        step = test["steps"][position]
        if made is None or (made["op"], made["params"]) != (step["op"], step["params"]):
            if step["op"] == "DeleteMessage" and not replay.knows(step["params"]["ReceiptHandle"]):
                continue  # recorded where messages came one by one that come together here
            answer = await replay.call(step["service"], step["op"], step["params"])
        replay.learn(step["response"], answer)


async def compare(replay: Replay, case: dict[str, Any]) -> dict[str, Any]:
    """Make a call whose answer was recorded."""
    recorded = case["recorded"]
    if case["is_error"]:
        with pytest.raises(AwsError) as refused:
            await replay.call(case["service"], case["op"], case["params"])
        error = refused.value
        told = {"Code": error.code, "Message": error.message, "Status": error.status}
        assert told == recorded, case["key"]
        return {}
    answer = await replay.call(case["service"], case["op"], case["params"])
    shown = answer[case["field"]] if case["field"] else answer
    if case["op"] == "ReceiveMessage" and not recorded.get("Messages"):
        assert not shown.get("Messages"), case["key"]
    else:
        assert agrees(recorded, shown, PLACEHOLDERS), (case["key"], shown)
    return answer
