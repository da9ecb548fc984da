"""What an integration must be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from windsock.languages.asl.diagnostics.integrations import resource_of
from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node

_REQUIRED: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("lambda", "invoke"): ("FunctionName",),
    ("sqs", "sendMessage"): ("QueueUrl", "MessageBody"),
    ("sns", "publish"): ("Message",),
    ("dynamodb", "putItem"): ("TableName", "Item"),
    ("dynamodb", "getItem"): ("TableName", "Key"),
    ("states", "startExecution"): ("StateMachineArn",),
    ("events", "putEvents"): ("Entries",),
    ("ecs", "runTask"): ("TaskDefinition",),
    ("glue", "startJobRun"): ("JobName",),
}


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A task that calls an integration has `Parameters` (JSONata: `Arguments`) with what that requires."""
    resource = resource_of(node)
    if resource is None or not resource.type:
        return
    field = "Arguments" if node.language == "JSONata" else "Parameters"
    if field not in node.value:
        yield Finding(f"{field} field is required for resource ARN: {resource.arn}")
        return
    given = node.value[field]
    for name in _REQUIRED.get((resource.type, resource.operation), ()):
        if isinstance(given, dict) and not {name, f"{name}.$"} & given.keys():
            yield Finding(f"The field '{name}' is required but was missing", field)
