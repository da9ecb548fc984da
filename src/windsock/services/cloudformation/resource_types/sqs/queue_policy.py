"""AWS::SQS::QueuePolicy: one policy for several queues.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
"""

from __future__ import annotations

import json

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::SQS::QueuePolicy")
class QueuePolicy(ResourceType):
    """A policy of queues."""

    async def create(self, work: Work, properties: Properties) -> Made:
        await _put(work, properties["Queues"], json.dumps(properties["PolicyDocument"]))
        return Made(work.name(128))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        left = set(existing.properties["Queues"]) - set(properties["Queues"])
        await _put(work, sorted(left), "")
        await _put(work, properties["Queues"], json.dumps(properties["PolicyDocument"]))
        return Made(existing.physical_id)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"):
            await _put(work, existing.properties["Queues"], "")


async def _put(work: Work, queues: list[str], policy: str) -> None:
    for url in queues:
        await work.call("sqs", "SetQueueAttributes", QueueUrl=url, Attributes={"Policy": policy})
