"""JSONPath as Step Functions uses it: the semantics of Jayway's JsonPath, `$$`, variables, and reference paths.

path = Path.parse("$.order.items[0]", field="InputPath")
path.select(document, environment)              # the value, or States.Runtime worded as AWS does

ReferencePath.parse("$.error-info").put(document, value)   # a new document
"""

from __future__ import annotations

from typing import Any, Final, Self

from windsock.languages.asl.environment import Environment

MISSING: Final = object()


class Path:
    """A path, compiled. `definite` ones lead to one value, others give a list. Immutable."""

    text: str
    field: str
    definite: bool

    @classmethod
    def parse(cls, text: str, field: str) -> Self:
        """`field` is what errors name, such as `InputPath` or `value.$`. Raises DefinitionError."""
        raise NotImplementedError

    def find(self, document: Any, environment: Environment) -> Any:
        """What is there; MISSING when a definite path leads nowhere."""
        raise NotImplementedError

    def select(self, document: Any, environment: Environment) -> Any:
        """What is there. Raises RuntimeFailure when a definite path leads nowhere."""
        raise NotImplementedError


class ReferencePath:
    """Where a ResultPath puts a result. Immutable."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises DefinitionError."""
        raise NotImplementedError

    def put(self, document: Any, value: Any) -> Any:
        """The document with `value` there; missing parents are made. Raises ResultPathMatchFailure."""
        raise NotImplementedError
