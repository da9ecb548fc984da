"""What Express machines cannot wait for."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.integrations import resource_of
from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """An Express machine waits neither for jobs (`.sync`) nor callbacks, and has no activities.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
    """
    resource = resource_of(node)
    if resource is None or node.kind != "EXPRESS":
        return
    does_not = "Express state machine does not support"
    if resource.is_activity:
        yield Finding(f"{does_not} Activity ARN", "Resource")
    elif resource.waits_for_token:
        # The space at the end is AWS's.
        yield Finding(f"{does_not} '.waitForTaskToken' service integration ", "Resource")
    elif resource.pattern:
        yield Finding(f"{does_not} '.sync' service integration", "Resource")
