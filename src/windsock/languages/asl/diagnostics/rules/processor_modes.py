"""How a Map state runs its iterations."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A distributed Map has an `ExecutionType`, an inline one none; Express machines have inline ones."""
    for field in ("ItemProcessor", "Iterator"):
        processor = node.value.get(field) if node.shape.name == "Map" else None
        settings = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
        if not isinstance(settings, dict):
            continue
        place = (field, "ProcessorConfig")
        is_distributed = settings.get("Mode") == "DISTRIBUTED"
        if is_distributed and node.kind == "EXPRESS":
            message = (
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines"
            )
            yield Finding(message, *place, "Mode")
        elif is_distributed and "ExecutionType" not in settings:
            yield Finding("These fields are required: [ExecutionType]", *place)
        elif settings.get("Mode") == "INLINE" and "ExecutionType" in settings:
            yield Finding("Field 'ExecutionType' is not supported", *place)
