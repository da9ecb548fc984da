"""Values with expressions in them, at any depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import QueryEvaluationError
from windsock.languages.asl.jsonata.expression import Expression
from windsock.languages.asl.jsonata.values import Bindings
from windsock.languages.asl.values import type_name
from windsock.languages.values import to_json

_OPEN: Final = "{%"
_CLOSE: Final = "%}"

_Evaluate = Callable[[Bindings], Any]


@dataclass(frozen=True, slots=True)
class JsonataTemplate:
    """A value with expressions in it, compiled; without any it is the value itself."""

    field: str
    _value: Any
    _evaluate: _Evaluate | None

    @classmethod
    def compile(cls, value: Any, field: str) -> Self:
        """`field` is what errors name: `Output`, `Assign`, `Arguments`; inner ones become `Output/total[0]`.

        Raises DefinitionError; for an expression it is an ExpressionRefused.
        """
        return cls(field, value, _compile(value, field))

    def evaluate(self, states: Mapping[str, Any], environment: Environment) -> Any:
        """The value. Raises QueryEvaluationError, which knows its `location`."""
        if self._evaluate is None:
            return self._value
        return self._evaluate(Bindings(states, environment))

    def evaluate_as(self, kind: str, states: Mapping[str, Any], environment: Environment) -> Any:
        """The same for a field that takes one kind only: 'array', 'boolean', 'number', 'object', 'string'.

        Any other result is a QueryEvaluationError.
        """
        value = self.evaluate(states, environment)
        found = type_name(value)
        if found != kind:
            written = expression_in(self._value)
            what = to_json(self._value) if written is None else written
            raise QueryEvaluationError(
                f"The JSONata expression '{what}' specified for the field '{self.field}' returned an"
                f" unexpected result type. Expected '{kind}', but was '{found}' for value: {to_json(value)}",
                self.field,
            )
        return value


def expression_in(value: Any) -> str | None:
    """The expression that a string is, without its `{% %}`; None when it is none."""
    if isinstance(value, str) and value.startswith(_OPEN) and value.endswith(_CLOSE):
        return value[len(_OPEN) : -len(_CLOSE)].strip()
    return None


def _compile(value: Any, field: str) -> _Evaluate | None:
    """How to evaluate a part of a template; None when there is no expression in it."""
    if isinstance(value, dict):
        return _compile_object(value, field)
    if isinstance(value, list):
        return _compile_array(value, field)
    text = expression_in(value)
    return None if text is None else Expression.compile(text, field).evaluate


def _compile_object(value: dict[str, Any], field: str) -> _Evaluate | None:
    computed = [
        (name, evaluate) for name, each in value.items() if (evaluate := _compile(each, f"{field}/{name}"))
    ]
    if not computed:
        return None

    def evaluate_object(bindings: Bindings) -> Any:
        result = value.copy()
        for name, evaluate in computed:
            result[name] = evaluate(bindings)
        return result

    return evaluate_object


def _compile_array(value: list[Any], field: str) -> _Evaluate | None:
    computed = [
        (index, evaluate)
        for index, each in enumerate(value)
        if (evaluate := _compile(each, f"{field}[{index}]"))
    ]
    if not computed:
        return None

    def evaluate_array(bindings: Bindings) -> Any:
        result = value.copy()
        for index, evaluate in computed:
            result[index] = evaluate(bindings)
        return result

    return evaluate_array
