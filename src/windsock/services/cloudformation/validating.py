"""Whether properties are those that a type has, in the words of CloudFormation's events.

Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import Failed, Properties
from windsock.services.cloudformation.schemas import schema


def check_properties(kind: str, logical_id: str, properties: Properties) -> None:
    """Raises Failed for properties that the type does not have, or that nobody may set, and missing ones."""
    known = schema(kind)
    if known is None:
        return
    wrong = [f"#: required key [{name}] not found" for name in known.required if name not in properties]
    wrong += [
        f"#: extraneous key [{name}] is not permitted"
        for name in properties
        if name not in known.properties or name in known.read_only
    ]
    if wrong:
        lines = "\n".join(wrong)
        raise Failed(f"Properties validation failed for resource {logical_id} with message:\n{lines}")
