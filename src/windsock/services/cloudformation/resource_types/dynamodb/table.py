"""AWS::DynamoDB::Table: a table.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import parameters
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work

# What UpdateTable changes of a table.
_CHANGED: Final = (
    "BillingMode",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
)


@resource_type("AWS::DynamoDB::Table")
class Table(ByModel):
    """A table; its id is its name."""

    service = "dynamodb"
    create_operation = "CreateTable"
    delete_operation = "DeleteTable"
    id_parameter = "TableName"
    name_property = "TableName"
    settled = frozenset(
        {"KinesisStreamSpecification", "PointInTimeRecoverySpecification", "TimeToLiveSpecification"}
    )
    changed = frozenset({*_CHANGED, "AttributeDefinitions", "GlobalSecondaryIndexes"})
    there = ("ResourceInUseException",)
    gone = ("ResourceNotFoundException",)

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        return super().params(work, operation, _as_called(properties))

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        await work.until(lambda: self.is_ready(work, physical_id))
        if before:
            await _change(work, physical_id, before, properties)
            await _change_indexes(work, physical_id, before, properties)
        await _settle_apart(work, physical_id, before, properties)

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        found = await work.call("dynamodb", "DescribeTable", TableName=physical_id)
        return bool(found["Table"]["TableStatus"] == "ACTIVE")

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        table = (await work.call("dynamodb", "DescribeTable", TableName=physical_id))["Table"]
        return {"Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")}


def _as_called(properties: Properties) -> dict[str, Any]:
    """The properties as calls have them: these say in so many words that streams are on."""
    found = dict(properties)
    if "StreamSpecification" in found:
        kind = found["StreamSpecification"]["StreamViewType"]
        found["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": kind}
    if "SSESpecification" in found:
        encryption = dict(found["SSESpecification"])
        found["SSESpecification"] = {"Enabled": encryption.pop("SSEEnabled"), **encryption}
    return found


async def _change(work: Work, table: str, before: Properties, after: Properties) -> None:
    changed = [name for name in _CHANGED if before.get(name) != after.get(name)]
    given = {name: each for name, each in _as_called(after).items() if name in changed}
    params = parameters("dynamodb", "UpdateTable", given)
    if "StreamSpecification" in changed and "StreamSpecification" not in after:
        params["StreamSpecification"] = {"StreamEnabled": False}
    if params:
        await work.call("dynamodb", "UpdateTable", TableName=table, **params)


async def _change_indexes(work: Work, table: str, before: Properties, after: Properties) -> None:
    """Make and remove indexes, and change their throughput: one a call, as DynamoDB asks for."""
    old, new = (
        {each["IndexName"]: each for each in properties.get("GlobalSecondaryIndexes", ())}
        for properties in (before, after)
    )
    updates: list[dict[str, Any]] = [{"Delete": {"IndexName": name}} for name in old if name not in new]
    updates += [{"Create": index} for name, index in new.items() if name not in old]
    updates += [
        {"Update": {"IndexName": name, "ProvisionedThroughput": index["ProvisionedThroughput"]}}
        for name, index in new.items()
        if name in old and index.get("ProvisionedThroughput") != old[name].get("ProvisionedThroughput")
    ]
    for update in updates:
        given = {
            "AttributeDefinitions": after["AttributeDefinitions"],
            "GlobalSecondaryIndexUpdates": [update],
        }
        params = parameters("dynamodb", "UpdateTable", given)
        await work.call("dynamodb", "UpdateTable", TableName=table, **params)


async def _settle_apart(work: Work, table: str, before: Properties, after: Properties) -> None:
    """What calls of their own set."""
    recovery, expiry, streaming = (
        "PointInTimeRecoverySpecification",
        "TimeToLiveSpecification",
        "KinesisStreamSpecification",
    )
    if after.get(recovery) != before.get(recovery):
        wanted = after.get(recovery, {"PointInTimeRecoveryEnabled": False})
        await work.call(
            "dynamodb",
            "UpdateContinuousBackups",
            TableName=table,
            PointInTimeRecoverySpecification=wanted,
        )
    if after.get(expiry) != before.get(expiry):
        wanted = after.get(expiry) or {**before[expiry], "Enabled": False}
        await work.call("dynamodb", "UpdateTimeToLive", TableName=table, TimeToLiveSpecification=wanted)
    old, new = (each.get(streaming, {}).get("StreamArn") for each in (before, after))
    for verb, stream in (("Disable", old), ("Enable", new)):
        if stream is not None and old != new:
            await work.call(
                "dynamodb", f"{verb}KinesisStreamingDestination", TableName=table, StreamArn=stream
            )
