"""The names of variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node

LENGTH: Final = 80
"""Characters of a variable's name."""


@rule("INVALID_VARIABLE_NAME")
def check(node: Node) -> Iterator[Finding]:
    """`Assign` gives variables names of letters, digits and underscores, up to 80; not `states`.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
    """
    assigned = node.value.get("Assign") if "Assign" in node.shape.fields else None
    for key in assigned if isinstance(assigned, dict) else ():
        name = key.removesuffix(".$") if node.language == "JSONPath" else key
        if name == "states":
            message = "Cannot assign to reserved variable '$states'."
            yield Finding(message, "Assign", key, code="RESERVED_VARIABLE_NAME")
        elif not name.isidentifier():
            message = f"Invalid variable name '{name}': the variable name contains invalid characters."
            yield Finding(message, "Assign", key)
        elif len(name) > LENGTH:
            message = f"Invalid variable name '{name}': the variable name is longer than {LENGTH} characters."
            yield Finding(message, "Assign", key)
