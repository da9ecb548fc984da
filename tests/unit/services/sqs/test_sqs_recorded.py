"""What AWS answered, and what windsock answers to the same calls."""

from __future__ import annotations

import ast
import asyncio
import json
import re
from pathlib import Path
from typing import Any

from tests.conftest import Driver
from tests.recorded import agrees

from windsock.kernel.errors import AwsError
from windsock.kernel.models import modeled_error

DATA = Path(__file__).parents[3] / "data" / "recorded_sqs.json"
CASES: list[dict[str, Any]] = json.loads(DATA.read_bytes())["cases"]

# The query protocol has this its own way; calls carry no protocol.
DIFFERENT = {
    # AttributeNames wins over MessageSystemAttributeNames.
    "query test_sqs.py::test_message_system_attribute_names_with_attribute_names[sqs_query] different_values",
}
# Of a queue's URL only the name counts.
PLACEHOLDERS = re.compile(r"<+[a-z-]+(?::\d+)?>(?::\d+>)?|^timestamp$|http://\S+/\d{12}(?=/)")


class Replay:
    """Makes recorded calls, putting our ids and handles in the place of the recorded ones."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.ours: dict[str, str] = {}

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        call = asyncio.create_task(self.driver("sqs", operation, **self.translated(params)))
        await self.driver.settle()
        while not call.done():
            await self.driver.advance(1)
        return await call

    async def step(self, step: dict[str, Any]) -> None:
        try:
            answer = await self.call(step["op"], step["params"])
        except AwsError:
            return
        self.learn(step.get("gave"), answer)

    def translated(self, value: Any) -> Any:
        if isinstance(value, dict):
            if "$repeat" in value:
                character, times = value["$repeat"]
                return character * times
            return {key: self.translated(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.translated(each) for each in value]
        if isinstance(value, str) and value.startswith("b'"):
            return ast.literal_eval(value)
        return self.ours.get(value, value) if isinstance(value, str) else value

    def learn(self, theirs: Any, ours: Any) -> None:
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for key in theirs.keys() & ours.keys():
                self.learn(theirs[key], ours[key])
        elif isinstance(theirs, list) and isinstance(ours, list):
            for their_item, our_item in zip(theirs, ours, strict=False):
                self.learn(their_item, our_item)
        elif isinstance(theirs, str) and isinstance(ours, str):
            self.ours[theirs] = ours


def in_order(value: Any) -> Any:
    """A value whose policies name their principals, which are sets, in one order."""
    if isinstance(value, str) and value.startswith("{"):
        return in_order(json.loads(value))
    if isinstance(value, dict):
        return {
            key: sorted(each) if key == "AWS" and isinstance(each, list) else in_order(each)
            for key, each in value.items()
        }
    return [in_order(each) for each in value] if isinstance(value, list) else value


def told(error: AwsError, protocol: str) -> dict[str, Any]:
    """An error as the recorded client saw it."""
    modeled = modeled_error("sqs", error.code)
    assert modeled is not None
    return {
        "Code": modeled.query_code,
        "QueryErrorCode": modeled.name,
        "Message": error.query_message if protocol == "query" else error.message,
        "Type": "Sender",
        "status": modeled.status,
    }


async def difference(driver: Driver, case: dict[str, Any]) -> str:
    """How the answer to a case differs from the recorded one; empty if it does not."""
    replay = Replay(driver)
    for step in case["steps"]:
        await replay.step(step)
    await driver.advance(case.get("wait", 0))
    try:
        answer: Any = await replay.call(case["op"], case["params"])
    except AwsError as error:
        answer = told(error, case["protocol"])
    recorded = case["recorded"]
    if case["is_error"]:
        recorded = {**recorded["Error"], "status": recorded["status"]}
        recorded = {member: value for member, value in recorded.items() if member in answer}
        answer = {member: value for member, value in answer.items() if member in recorded}
    same = agrees(in_order(recorded), in_order(answer), PLACEHOLDERS)
    return "" if same else f"{recorded} / {answer}"


async def delete_queues(driver: Driver) -> None:
    for url in (await driver("sqs", "ListQueues")).get("QueueUrls", []):
        await driver("sqs", "DeleteQueue", QueueUrl=url)


async def test_answers_are_those_recorded_at_aws(driver: Driver) -> None:
    differences = {}
    for case in CASES:
        found = await difference(driver, case)
        if found:
            differences[f"{case['protocol']} {case['test']} {case['key']}"] = found
        await delete_queues(driver)
    assert differences.keys() == DIFFERENT, json.dumps(differences, indent=1)
    assert len(CASES) == 138
