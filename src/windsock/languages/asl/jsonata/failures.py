"""What AWS says when an expression fails: JSONata's messages, which jsonata-python words otherwise."""

from __future__ import annotations

import re
from typing import Any, Final

from jsonata.jexception import JException

from windsock.languages.asl.jsonata.values import to_plain
from windsock.languages.values import to_json

_CODE: Final = re.compile(r"[A-Z]\d{4}")
_INSERT: Final = re.compile(r"\{\{(\{)?\w+(?(1)\}\}\}|\}\})")
_ELEMENTS: Final = {
    "a": "arrays",
    "b": "booleans",
    "f": "functions",
    "n": "numbers",
    "o": "objects",
    "s": "strings",
}


MEMORY: Final = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
"""AWS's words for an expression that makes too much."""


class LimitExceeded(Exception):
    """An expression went too deep, on for too long, or made too much."""


def code_of(failure: JException) -> str | None:
    """JSONata's code of the failure, such as T0410; None when it has none."""
    return failure.error if _CODE.fullmatch(str(failure.error)) else None


def message_of(failure: JException) -> str:
    """JSONata's message, with what is inserted in it as JSON."""
    template = JException.error_codes.get(failure.error)
    if template is None:
        return str(failure.error)
    inserts = iter(_inserts(failure))

    def insert(place: re.Match[str]) -> str:
        value = next(inserts, "")
        return str(value) if place[1] else _shown(value)

    return _INSERT.sub(insert, template.replace("Object", "function"))


def _inserts(failure: JException) -> list[Any]:
    """What the library says of the failure, in the order of the places in the message."""
    inserts = [failure.current, failure.expected, failure.extra]
    match failure.error:
        case "T0411":
            return [failure.expected, failure.extra]
        case "T0412":
            return [failure.current, failure.expected, _ELEMENTS.get(str(failure.extra), failure.extra)]
        case "D1002":
            return [failure.expected]
    return inserts


def _shown(value: Any) -> str:
    try:
        return to_json(to_plain(value))
    except TypeError:
        return str(type(value).__name__)
