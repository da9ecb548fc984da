"""Calls recorded at AWS, made again here: the answers must be AWS's, but for ids and times."""

from __future__ import annotations

import datetime
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver
from tests.recorded import agrees

from windsock.kernel.errors import AwsError

DATA = json.loads(
    gzip.decompress((Path(__file__).parents[3] / "data" / "recorded_cloudformation.json.gz").read_bytes())
)
# The recorder's placeholders, and names that CloudFormation made up.
PLACEHOLDER = re.compile(
    r"<[^<>]*>|topic[-_]name[-_](?:\d+|n)|\btopic-\d\b|test-name|datetime|timestamp|date\b"
    r"|CFN-\w+-\w{12}|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
# What was not recorded as it was sent or answered: see tests/data/README.md.
UNTOLD = frozenset({"Capabilities", "ResponseMetadata"})


class Replay:
    """Makes recorded calls, with the ids of the recording turned into those given here."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._ours: dict[str, str] = {}

    async def answer(self, call: Mapping[str, Any]) -> Any:
        """Make a call; its answer or error, in the form of the recorded ones."""
        try:
            answer: Any = await self._driver(
                call["service"], call["operation"], **self._translated(call["params"])
            )
        except AwsError as error:
            return {"Error": {"Code": error.code, "Message": error.message, "Type": "Sender"}}
        answer = comparable(answer)
        self._ours.update(pairs(call.get("told"), answer))
        if not call["operation"].startswith(("Describe", "Get", "List")):
            await self._driver.settle()
            await self._driver.advance(10)
        return answer

    def _translated(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: each.encode() if name == "Body" else self._translated(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [self._translated(each) for each in value]
        return self._ours.get(value, value) if isinstance(value, str) else value


def pairs(told: Any, ours: Any) -> Iterator[tuple[str, str]]:
    """The strings of a recorded answer that later calls name, with those that are ours."""
    if isinstance(told, str) and isinstance(ours, str):
        yield told, ours
    elif isinstance(told, dict) and isinstance(ours, dict):
        for name, each in told.items():
            yield from pairs(each, ours.get(name))
    elif isinstance(told, list) and isinstance(ours, list):
        for each, our in zip(told, ours, strict=False):
            yield from pairs(each, our)


def comparable(value: Any) -> Any:
    """An answer, recorded or ours, without what does not count."""
    if isinstance(value, datetime.datetime):
        return "datetime"
    if isinstance(value, dict):
        added = value.get("Action") == "Add"  # older recordings have Replacement there
        return {
            name: comparable(each)
            for name, each in value.items()
            if name not in UNTOLD and not (added and name == "Replacement")
        }
    if isinstance(value, list):
        found = [comparable(each) for each in value]
        return sorted(found, key=_order)
    return value


def _order(value: Any) -> str:
    """By what details of changes and parameters are put in order: AWS's order varies."""
    if not isinstance(value, dict):
        return ""
    target = value.get("Target", {})
    of_detail = (
        value.get("Evaluation"),
        value.get("CausingEntity"),
        target.get("Attribute"),
        target.get("Name"),
    )
    return json.dumps([value.get("ParameterKey"), *of_detail])


def at(answer: Any, path: str | None) -> Any:
    """The part of an answer that was recorded."""
    for part in re.findall(r"[^.\[\]]+", path or ""):
        answer = answer[int(part)] if part.isdigit() else answer[part]
    return answer


@pytest.mark.parametrize("scenario", DATA["scenarios"], ids=lambda scenario: scenario["test"])
async def test_answers_are_those_of_aws(scenario: Mapping[str, Any], driver: Driver) -> None:
    replay = Replay(driver)
    for number, call in enumerate(scenario["calls"]):
        answer = await replay.answer(call)
        for each in call.get("recorded", ()):
            wanted, got = comparable(each["answer"]), at(answer, each.get("field"))
            assert agrees(wanted, got, PLACEHOLDER), (number, call["operation"], wanted, got)
        assert call.get("recorded") or "Error" not in answer or call.get("fails"), (number, answer)
