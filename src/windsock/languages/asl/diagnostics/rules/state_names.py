"""Names that a state may not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node

LENGTH: Final = 80
"""Characters of a state's name (https://states-language.net/#states-fields)."""


@rule("INVALID_STATE_NAME", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """A state's name has 1 to 80 characters."""
    if node.shape.is_state and not 0 < len(node.name) <= LENGTH:
        yield Finding(f"Invalid State name: '{node.name}'. Names have 1 to {LENGTH} characters")
