"""AWS::CloudFormation::Stack: a stack within a stack.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
"""

from __future__ import annotations

from typing import Any

from windsock.kernel.errors import AwsError
from windsock.services.cloudformation.resource_type import (
    Existing,
    Failed,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work

_AGREED = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_NOTHING_NEW = "No updates are to be performed."
_UNDER_WAY = "UPDATE_IN_PROGRESS state and can not be updated."


@resource_type("AWS::CloudFormation::Stack")
class NestedStack(ResourceType):
    """A nested stack; its id is its ARN, its outputs are attributes `Outputs.Name`."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = work.name(128)
        with work.there("AlreadyExistsException"):
            await work.call(
                "cloudformation",
                "CreateStack",
                StackName=name,
                OnFailure="ROLLBACK",
                TimeoutInMinutes=properties.get("TimeoutInMinutes"),
                **_params(work, properties),
            )
        (stack,) = (await work.call("cloudformation", "DescribeStacks", StackName=name))["Stacks"]
        work.began(stack["StackId"])
        return await _settled(work, stack["StackId"], "CREATE_COMPLETE")

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        wanted = ["UPDATE_COMPLETE"]
        try:
            await work.call(
                "cloudformation", "UpdateStack", StackName=existing.physical_id, **_params(work, properties)
            )
        except AwsError as error:
            if error.message == _NOTHING_NEW:  # so it is as it is to be, also after an update that failed
                wanted += ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]
            elif not (work.resumed and error.message.endswith(_UNDER_WAY)):
                raise
        return await _settled(work, existing.physical_id, *wanted)

    async def delete(self, work: Work, existing: Existing) -> None:
        await work.call("cloudformation", "DeleteStack", StackName=existing.physical_id)
        await _settled(work, existing.physical_id, "DELETE_COMPLETE")


def _params(work: Work, properties: Properties) -> dict[str, Any]:
    parameters = properties.get("Parameters", {})
    return {
        "TemplateURL": properties["TemplateURL"],
        "Parameters": [
            {
                "ParameterKey": name,
                "ParameterValue": ",".join(value) if isinstance(value, list) else str(value),
            }
            for name, value in parameters.items()
        ],
        "Capabilities": _AGREED,
        "NotificationARNs": properties.get("NotificationARNs", []),
        "Tags": work.tags(properties.get("Tags")),
    }


async def _settled(work: Work, name: str, *wanted: str) -> Made:
    """The stack once nothing is under way with it. Raises Failed when it has come to something else."""
    found: dict[str, Any] = {}

    async def ready() -> bool:
        (stack,) = (await work.call("cloudformation", "DescribeStacks", StackName=name))["Stacks"]
        found.update(stack)
        return not stack["StackStatus"].endswith("_IN_PROGRESS")

    await work.until(ready)
    if found["StackStatus"] not in wanted:
        reason = found.get("StackStatusReason", "")
        raise Failed(f"Embedded stack {found['StackId']} was not successfully created: {reason}")
    outputs = {f"Outputs.{each['OutputKey']}": each["OutputValue"] for each in found.get("Outputs", ())}
    return Made(found["StackId"], outputs)
