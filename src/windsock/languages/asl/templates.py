"""Payload templates: Parameters, ResultSelector, ItemSelector, Assign, Credentials in JSONPath mode.

    template = Template.compile({"name.$": "$.user.name", "kind": "user"})
    template.evaluate(document, environment)     # {"name": "Ann", "kind": "user"}

A field whose name ends in `.$` is a path (`$.x`, `$$.x`, `$variable.x`) or a function call (`States.Format(...)`).
"""

from __future__ import annotations

from typing import Any, Self

from windsock.languages.asl.environment import Environment


class Template:
    """A payload template, compiled. Immutable."""

    @classmethod
    def compile(cls, payload: Any) -> Self:
        """Raises DefinitionError for a `.$` field that is neither a path nor a function call."""
        raise NotImplementedError

    def evaluate(self, document: Any, environment: Environment) -> Any:
        """The payload for this document. Raises StatesError."""
        raise NotImplementedError
