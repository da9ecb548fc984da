"""JSONata mode: `{% ... %}` anywhere in Arguments, Output, Assign, Items, or as a field's value.

    template = JsonataTemplate.compile({"total": "{% $sum($states.input.prices) %}"}, field="Output")
    template.evaluate({"input": document, "result": result}, environment)

`states` is what `$states` holds besides `context`: `input`, and `result` or `errorOutput` where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from windsock.languages.asl.environment import Environment


class JsonataTemplate:
    """A value with expressions in it, compiled. Immutable."""

    constant: bool
    """Whether there is no expression in it: it is the value itself."""

    @classmethod
    def compile(cls, value: Any, field: str) -> Self:
        """`field` is what errors name: `Output`, `Assign`, `Arguments`; inner ones become `Output/total`.

        Raises DefinitionError.
        """
        raise NotImplementedError

    def evaluate(self, states: Mapping[str, Any], environment: Environment) -> Any:
        """The value. Raises QueryEvaluationError, which knows its `location`."""
        raise NotImplementedError

    def evaluate_as(self, kind: str, states: Mapping[str, Any], environment: Environment) -> Any:
        """The same for a field that takes one kind only: 'array', 'boolean', 'number', 'object', 'string'.

        Any other result is a QueryEvaluationError: "... Expected 'array', but was 'number' for value: 1".
        """
        raise NotImplementedError
