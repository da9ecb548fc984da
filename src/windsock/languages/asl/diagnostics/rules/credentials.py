"""The role of a task."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.integrations import resource_of
from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """`Credentials` name a role with `RoleArn`; the task of an activity has none."""
    credentials = node.value.get("Credentials") if node.shape.name == "Task" else None
    if not isinstance(credentials, dict):
        return
    resource = resource_of(node)
    if resource is not None and resource.is_activity:
        yield Finding("The field 'Credentials' is not supported for activities", "Credentials")
    elif not {"RoleArn", "RoleArn.$"} & credentials.keys():
        yield Finding("The field 'RoleArn' is required but was missing", "Credentials")
