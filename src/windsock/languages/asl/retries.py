"""Retry and Catch: which errors they take, how long a retry waits, what a Catch passes on.

Source: "Handling errors in Step Functions workflows"
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from windsock.languages.asl import limits
from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.failures import Failure
from windsock.languages.asl.flows import jsonpath
from windsock.languages.asl.flows.flow import Assigned
from windsock.languages.asl.flows.jsonata import JsonataFlow

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


class Retrier:
    """One entry of Retry. Immutable."""

    __slots__ = ("_backoff", "_interval", "_longest", "_names", "attempts", "by_chance")

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._names = _error_equals(spec)
        self._interval = _number(spec, "IntervalSeconds", limits.DEFAULT_RETRY_INTERVAL_SECONDS, least=0)
        self.attempts = int(_number(spec, "MaxAttempts", limits.DEFAULT_RETRY_ATTEMPTS, least=0))
        self._backoff = _number(spec, "BackoffRate", limits.DEFAULT_BACKOFF_RATE, least=1, most=math.inf)
        self._longest = _number(spec, "MaxDelaySeconds", limits.MAX_RETRY_DELAY_SECONDS, least=1)
        jitter = spec.get("JitterStrategy", "NONE")
        if jitter not in ("NONE", "FULL"):
            raise DefinitionError("JitterStrategy must be FULL or NONE")
        self.by_chance: bool = jitter == "FULL"

    def takes(self, failure: Failure) -> bool:
        """Whether it is for this failure."""
        return not self._names.isdisjoint(failure.names)

    def delay_ms(self, attempt: int, chance: float) -> int:
        """Milliseconds before the attempt (0 is the first retry); `chance` from 0 to 1 is for jitter."""
        try:
            seconds = min(self._interval * float(self._backoff) ** attempt, self._longest)
        except OverflowError:
            seconds = self._longest
        return int(seconds * 1000 * (chance if self.by_chance else 1))


class Catcher:
    """One entry of Catch. Immutable."""

    __slots__ = ("_assign", "_flow", "_names", "_result_dropped", "_result_path", "following")

    def __init__(self, spec: Mapping[str, Any], *, jsonata: bool, place: str) -> None:
        self._names = _error_equals(spec)
        following = spec.get("Next")
        if not isinstance(following, str):
            raise DefinitionError("A catcher needs Next")
        self.following = following
        self._flow = JsonataFlow(spec, within=f"{place}/") if jsonata else None
        if self._flow is None:
            self._result_dropped, self._result_path = jsonpath.result_path(spec)
            self._assign = jsonpath.template(spec, "Assign")

    def takes(self, failure: Failure) -> bool:
        """Whether it is for this failure."""
        return not self._names.isdisjoint(failure.names)

    def handle(self, turn: Turn, frame: Frame, failure: Failure) -> tuple[Document, Assigned]:
        """Output and variables. Raises StatesError."""
        error = failure.output()
        if self._flow is not None:
            states = {"input": frame.input.value, "errorOutput": error.value}
            return self._flow.settle(turn, frame, states, error)
        if self._result_path is not None:
            output = Document(self._result_path.put(frame.input.value, error.value))
        else:
            output = frame.input if self._result_dropped else error
        if self._assign is None:
            return output, None
        return output, jsonpath.assigned(self._assign, turn, frame, error)


def retriers(spec: Mapping[str, Any]) -> tuple[Retrier, ...]:
    """The Retry of a state."""
    return tuple(Retrier(entry) for entry in _entries(spec, "Retry"))


def catchers(spec: Mapping[str, Any], *, jsonata: bool) -> tuple[Catcher, ...]:
    """The Catch of a state."""
    return tuple(
        Catcher(entry, jsonata=jsonata, place=f"Catch[{number}]")
        for number, entry in enumerate(_entries(spec, "Catch"))
    )


def _entries(spec: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    entries = spec.get(name, ())
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, Mapping) for entry in entries):
        raise DefinitionError(f"{name} must be an array of objects")
    return entries


def _error_equals(spec: Mapping[str, Any]) -> frozenset[str]:
    names = spec.get("ErrorEquals")
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
        raise DefinitionError("ErrorEquals must be a non-empty array of strings")
    return frozenset(names)


def _number(
    spec: Mapping[str, Any],
    name: str,
    default: float,
    *,
    least: float,
    most: float = limits.MAX_WAIT_SECONDS,
) -> float:
    value = spec.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DefinitionError(f"{name} must be a number")
    if not least <= value <= most:
        raise DefinitionError(f"{name} must be at least {least} and at most {most}")
    return value
