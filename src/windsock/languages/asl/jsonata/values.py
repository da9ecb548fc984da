"""Values on their way into jsonata-python, which marks null and sequences in its own way, and out again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import orjson
from jsonata.utils import Utils

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.values import is_number

NULL: Final = Utils.NULL_VALUE
"""What the library takes for null: to it, None is nothing (undefined)."""

_MAX_INTEGER: Final = 2**63


class NoJson(TypeError):
    """A result that is no JSON: a function, or a regular expression."""


class Bindings:
    """The variables of one evaluation: `$states` and the state machine's own.

    What an expression needs is made ready for the library when it is first asked for, once for all the
    expressions of a template.
    """

    __slots__ = ("_ready", "_states", "environment")

    def __init__(self, states: Mapping[str, Any], environment: Environment) -> None:
        self.environment = environment
        self._states = {**states, "context": environment.context}
        self._ready: dict[str, Any] = {}

    def plain(self, name: str) -> Any:
        """The variable as it is. Raises KeyError."""
        return self._states if name == "states" else self.environment.variables[name]

    def for_library(self, name: str) -> Any:
        """The variable as the library wants it; None when there is none."""
        if name not in self._ready:
            try:
                self._ready[name] = with_nulls(self.plain(name))
            except KeyError:
                return None
        return self._ready[name]


def with_nulls(value: Any) -> Any:
    """The value with NULL for null; the value itself when there is no null in it."""
    try:
        if b"null" not in orjson.dumps(value):
            return value
    except TypeError:
        # Too deep for a quick look, or numbers beyond 64 bits.
        pass
    return _with_nulls(value)


def _with_nulls(value: Any) -> Any:
    if value is None:
        return NULL
    if isinstance(value, dict):
        return {name: _with_nulls(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_nulls(each) for each in value]
    return value


def to_plain(value: Any) -> Any:
    """The JSON that a result is. Numbers beyond all bounds become 'Infinity' and 'NaN', as they do at AWS.

    Raises NoJson.
    """
    if value is None or value is NULL:
        return None
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, dict):
        return {name: to_plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [to_plain(each) for each in value]
    raise NoJson("a function" if Utils.is_function(value) else "no JSON value")


def _plain_number(value: float) -> Any:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    # JSONata knows one kind of number: $number("2") is 2.
    return int(value) if value.is_integer() and abs(value) < _MAX_INTEGER else value


def to_integer(value: Any) -> int | None:
    """An argument as an integer: AWS cuts what is behind the point. None for what is no number."""
    return int(value) if is_number(value) and math.isfinite(value) else None
