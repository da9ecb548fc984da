"""Questions about the type of a value: IsNull, IsString ... and whether there is one, IsPresent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from windsock.languages.asl.choices.registry import is_boolean, is_text, operator
from windsock.languages.asl.timestamps import parse_timestamp
from windsock.languages.asl.values import MISSING, is_number


def _question(name: str, answer: Callable[[Any], bool]) -> None:
    @operator(name, takes=is_boolean, and_path=False, allows_missing=name == "IsPresent")
    def test(value: Any, expected: Any) -> bool:
        return answer(value) is expected


_question("IsPresent", lambda value: value is not MISSING)
_question("IsNull", lambda value: value is None)
_question("IsBoolean", is_boolean)
_question("IsNumeric", is_number)
_question("IsString", is_text)
_question("IsTimestamp", lambda value: is_text(value) and parse_timestamp(value) is not None)
