"""What a task calls."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.integrations import is_known, resource_of
from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A task's `Resource` is a function, an activity or an integration, called in a way that it supports."""
    text = node.value.get("Resource")
    if node.shape.name != "Task" or not isinstance(text, str):
        return
    resource = resource_of(node)
    if resource is None:
        yield Finding("Value is not a valid resource ARN", "Resource")
    elif not is_known(resource, node.knows_action):
        yield Finding(
            f"The resource provided {text} is not recognized. The value is not a valid resource ARN, "
            "or the resource is not available in this region.",
            "Resource",
        )
