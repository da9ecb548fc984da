"""Choice rules of JSONPath mode: comparisons, And, Or and Not. (JSONata mode: `jsonata.Condition`.)

rule = Rule.compile({"Variable": "$.n", "NumericGreaterThan": 3})     # Next, Assign, Output are not looked at
rule.holds(document, environment)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from windsock.languages.asl.environment import Environment


class Rule:
    """A choice rule, compiled. Immutable."""

    @classmethod
    def compile(cls, rule: Mapping[str, Any]) -> Self:
        """Raises DefinitionError."""
        raise NotImplementedError

    def holds(self, document: Any, environment: Environment) -> bool:
        """Whether the document passes. Raises RuntimeFailure for a path that leads nowhere."""
        raise NotImplementedError
