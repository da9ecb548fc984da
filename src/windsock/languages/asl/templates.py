"""Payload templates: Parameters, ResultSelector, ItemSelector, Assign, Credentials in JSONPath mode.

    template = Template.compile({"name.$": "$.user.name", "kind": "user"})
    template.evaluate(document, environment)  # {"name": "Ann", "kind": "user"}

A field whose name ends in `.$` is a path (`$.x`, `$$.x`, `$variable.x`) or a call (`States.Format(...)`).

Source: "Payload Template" in https://states-language.net/spec.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.intrinsics import Call
from windsock.languages.asl.paths import Path

_Evaluate = Callable[[Any, Environment], Any]
_SUFFIX: Final = ".$"


@dataclass(frozen=True, slots=True)
class Template:
    """A payload template, compiled."""

    _evaluate: _Evaluate

    @classmethod
    def compile(cls, payload: Any) -> Self:
        """Raises DefinitionError for a `.$` field that is neither a path nor a function call."""
        return cls(_compile(payload) or (lambda _document, _environment: payload))

    def evaluate(self, document: Any, environment: Environment) -> Any:
        """The payload for this document. Raises StatesError."""
        return self._evaluate(document, environment)


def compile_value(text: Any, field: str) -> _Evaluate:
    """What a `.$` field (or another that takes both, such as CausePath) says: a path or a function call.

    `field` is its name in errors. Raises DefinitionError.
    """
    if isinstance(text, str):
        if text.startswith("$"):
            return Path.parse(text, field).select
        if text.startswith("States."):
            return Call.parse(text).evaluate
    raise DefinitionError(
        f"The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call"
    )


def _compile(payload: Any) -> _Evaluate | None:
    """How to evaluate a part of a template; None when it is the same for every document."""
    if isinstance(payload, dict):
        return _compile_object(payload)
    if isinstance(payload, list):
        return _compile_array(payload)
    return None


def _compile_object(payload: dict[str, Any]) -> _Evaluate | None:
    fixed: dict[str, Any] = {}
    computed: list[tuple[str, _Evaluate]] = []
    for name, value in payload.items():
        if name.endswith(_SUFFIX):
            computed.append((name.removesuffix(_SUFFIX), compile_value(value, name)))
        elif evaluate := _compile(value):
            computed.append((name, evaluate))
        # The place is kept for what is computed, so that the fields stay in the order written.
        fixed[name.removesuffix(_SUFFIX)] = value
    if not computed:
        return None

    def evaluate_object(document: Any, environment: Environment) -> Any:
        result = fixed.copy()
        for name, evaluate in computed:
            result[name] = evaluate(document, environment)
        return result

    return evaluate_object


def _compile_array(payload: list[Any]) -> _Evaluate | None:
    computed = [(index, evaluate) for index, value in enumerate(payload) if (evaluate := _compile(value))]
    if not computed:
        return None

    def evaluate_array(document: Any, environment: Environment) -> Any:
        result = payload.copy()
        for index, evaluate in computed:
            result[index] = evaluate(document, environment)
        return result

    return evaluate_array
