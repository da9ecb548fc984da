"""AWS::SQS::Queue: a queue.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
"""

from __future__ import annotations

import json
from typing import Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.tagging import Tagging, tags_of
from windsock.services.cloudformation.work import Work

_MOST: Final = 80
_TAGGING: Final = Tagging("TagQueue", "UntagQueue")
# The properties that are attributes of a queue under their own names.
_ATTRIBUTES: Final = (
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)


@resource_type("AWS::SQS::Queue")
class Queue(ResourceType):
    """A queue; its id is its URL."""

    async def create(self, work: Work, properties: Properties) -> Made:
        fifo = properties.get("FifoQueue", False)
        name = properties.get("QueueName") or work.name(_MOST - 5) + (".fifo" if fifo else "")
        tags = tags_of(work, properties)
        queue = await work.call(
            "sqs", "CreateQueue", QueueName=name, Attributes=_attributes(properties), tags=tags
        )
        attributes = {"Arn": work.scope.arn("sqs", name), "QueueName": name, "QueueUrl": queue["QueueUrl"]}
        return Made(queue["QueueUrl"], attributes)

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        url = existing.physical_id
        # What is not declared any more is given back its default.
        defaults = dict.fromkeys(_attributes(existing.properties), "")
        await work.call(
            "sqs", "SetQueueAttributes", QueueUrl=url, Attributes=defaults | _attributes(properties)
        )
        await _TAGGING.change(work, "sqs", url, existing.properties, properties)
        return Made(url, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"):
            await work.call("sqs", "DeleteQueue", QueueUrl=existing.physical_id)


def _attributes(properties: Properties) -> dict[str, str]:
    given = {name: properties[name] for name in _ATTRIBUTES if name in properties}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
