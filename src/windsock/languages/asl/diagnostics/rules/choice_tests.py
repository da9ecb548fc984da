"""What a choice rule tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from windsock.languages.asl.diagnostics.part_shapes import COMPARISONS
from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node

_TESTS: Final = ("And", "Or", "Not", "Variable", "Condition")


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A choice rule has one of `And`, `Or`, `Not`, `Condition` and `Variable`, the last with a comparison."""
    if node.shape.name not in ("ChoiceRule", "NestedChoiceRule"):
        return
    if sum(name in node.value for name in _TESTS) != 1:
        listed = ", ".join(_TESTS)
        yield Finding(f"The object must have only one of the following fields, [{listed}]")
        return
    comparisons = [name for name in node.value if name in COMPARISONS]
    if "Variable" not in node.value:
        yield from (Finding(f"Field '{name}' is not supported") for name in comparisons)
    elif len(comparisons) != 1:
        listed = ", ".join(COMPARISONS)
        yield Finding(f"There should only be one of the following fields: [{listed}]")
