"""Fail: the line fails with an Error and a Cause.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl.compiling import Place, state_kind
from windsock.languages.asl.errors import DefinitionError, RuntimeFailure
from windsock.languages.asl.failures import Failed, Failure
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.lines import State
from windsock.languages.asl.templates import compile_value

if TYPE_CHECKING:
    from windsock.languages.asl.environment import Environment
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


@state_kind("Fail")
class Fail(State):
    """See the module."""

    kind = "Fail"

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, None)
        self._error = _Text(spec, "Error", jsonata=place.jsonata)
        self._cause = _Text(spec, "Cause", jsonata=place.jsonata)

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        error = self._error.evaluate(turn, frame)
        cause = self._cause.evaluate(turn, frame)
        raise Failed(Failure.named(error, cause))


class _Text:
    """Error or Cause: as it is, by a path or a function (`ErrorPath`), or in JSONata."""

    __slots__ = ("_constant", "_evaluate", "_expression", "_name")

    def __init__(self, spec: Mapping[str, Any], name: str, *, jsonata: bool) -> None:
        self._name = name
        self._constant: str | None = None
        self._expression: JsonataTemplate | None = None
        self._evaluate: Callable[[Any, Environment], Any] | None = None
        text, by_path = spec.get(name), f"{name}Path"
        if by_path in spec and not jsonata:
            self._evaluate = compile_value(spec[by_path], by_path)
        elif text is not None and not isinstance(text, str):
            raise DefinitionError(f"{name} must be a string")
        elif text is not None and jsonata:
            self._expression = JsonataTemplate.compile(text, field=name)
        else:
            self._constant = text

    def evaluate(self, turn: Turn, frame: Frame) -> str | None:
        """The text; None when there is none. Raises StatesError."""
        if self._expression is not None:
            states = {"input": frame.input.value}
            return str(self._expression.evaluate_as("string", states, turn.environment(frame)))
        if self._evaluate is None:
            return self._constant
        found = self._evaluate(frame.input.value, turn.environment(frame))
        if not isinstance(found, str):
            raise RuntimeFailure(f"The {self._name}Path field does not lead to a string")
        return found
