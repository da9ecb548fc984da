"""What AWS answered, replayed: `tests/data/recorded_iam.json`.

A text such as `<datetime>` stands for one that changes; it is remembered from an answer under its name, and
a later parameter of that name gets it. Policy documents were recorded as documents. The order in which AWS
tells several violations is its own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError

RECORDED = json.loads(Path("tests/data/recorded_iam.json").read_bytes())
ACCOUNT = "111111111111"
PLACEHOLDER = re.compile(r"<[a-z-]+>")


class Replay:
    """Compares answers and keeps what placeholders stood for."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def agrees(self, recorded: Any, actual: Any) -> bool:
        """Whether an answer is the recorded one, placeholders apart."""
        if recorded == "<any>":
            return True
        if isinstance(recorded, dict):
            document = json.loads(unquote(actual)) if isinstance(actual, str) else actual
            return recorded.keys() == document.keys() and all(
                self.agrees(value, document[key]) for key, value in recorded.items()
            )
        if isinstance(recorded, list):
            return len(recorded) == len(actual) and all(map(self.agrees, recorded, actual))
        if isinstance(recorded, str) and PLACEHOLDER.fullmatch(recorded):
            self.known[recorded] = actual
            return True
        if isinstance(recorded, str):
            pattern = ".+".join(map(re.escape, PLACEHOLDER.split(recorded)))
            return re.fullmatch(pattern, actual) is not None
        return bool(recorded == actual)

    def filled(self, params: dict[str, Any]) -> dict[str, Any]:
        """The parameters with what placeholders stood for."""
        return {
            name: self.known.get(value, value) if isinstance(value, str) else value
            for name, value in params.items()
        }


def told(message: str) -> list[str]:
    """The violations that a message tells, sorted; any other message as it is."""
    count, several, violations = message.partition(" validation errors detected: ")
    return [count, *sorted(violations.split("; "))] if several else [message]


@pytest.mark.parametrize("scenario", RECORDED["scenarios"], ids=lambda scenario: scenario["name"])
async def test_answers_as_aws_did(driver: Driver, scenario: dict[str, Any]) -> None:
    replay = Replay()
    for call in scenario["calls"]:
        try:
            answer: Any = await driver(
                "iam", call["operation"], account=ACCOUNT, **replay.filled(call["params"])
            )
            recorded = call.get("answer")
        except AwsError as error:
            answer, recorded = [error.code, *told(error.message)], call.get("error")
            recorded = [recorded[0], *told(recorded[1])] if recorded else None
        assert recorded is not None, (call["operation"], answer)
        assert replay.agrees(recorded, answer), (call["operation"], recorded, answer)
