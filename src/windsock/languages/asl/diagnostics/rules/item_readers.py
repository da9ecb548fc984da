"""What a distributed Map reads its items from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node

_RESOURCE: Final = re.compile(r"arn:[^:]+:states:::s3:(getObject|listObjectsV2)")
_INPUT_TYPES: Final = ("MANIFEST", "JSON", "CSV", "JSONL", "PARQUET")


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """An `ItemReader` gets or lists S3 objects, and describes their headers where they are CSV."""
    if node.shape.name == "ItemReader":
        resource = node.value.get("Resource")
        if isinstance(resource, str) and not _RESOURCE.fullmatch(resource):
            yield Finding(
                "The field 'Resource' does not match any of the allowed values. Examples: "
                "[arn:<partition>:states:::s3:getObject, arn:<partition>:states:::s3:listObjectsV2]",
                "Resource",
            )
    elif node.shape.name == "ReaderConfig":
        yield from _check_settings(node)


def _check_settings(node: Node) -> Iterator[Finding]:
    input_type, headers = node.value.get("InputType"), node.value.get("CSVHeaderLocation")
    if isinstance(input_type, str) and input_type not in _INPUT_TYPES:
        listed = ", ".join(_INPUT_TYPES)
        yield Finding(f"The field 'InputType' should have one of these values: [{listed}]", "InputType")
    if input_type == "CSV" and headers is None:
        yield Finding("The field 'CSVHeaderLocation' is required")
    if input_type == "JSON" and headers is not None:
        yield Finding("Field 'CSVHeaderLocation' is not supported")
    if headers == "GIVEN" and "CSVHeaders" not in node.value:
        yield Finding("These fields are required: [CSVHeaders]")
