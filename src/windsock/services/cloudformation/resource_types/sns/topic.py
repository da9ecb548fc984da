"""AWS::SNS::Topic: a topic, with the subscriptions that are declared in it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
"""

from __future__ import annotations

import json
from typing import Any, Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work

_MOST: Final = 256
# The properties that are attributes of a topic under their own names.
_ATTRIBUTES: Final = (
    "DisplayName",
    "KmsMasterKeyId",
    "SignatureVersion",
    "TracingConfig",
    "FifoTopic",
    "ContentBasedDeduplication",
    "FifoThroughputScope",
    "ArchivePolicy",
)


@resource_type("AWS::SNS::Topic")
class Topic(ResourceType):
    """A topic."""

    async def create(self, work: Work, properties: Properties) -> Made:
        fifo = properties.get("FifoTopic", False)
        name = properties.get("TopicName") or work.name(_MOST - 5) + (".fifo" if fifo else "")
        topic = await work.call(
            "sns",
            "CreateTopic",
            Name=name,
            Attributes=_attributes(properties),
            Tags=work.tags(properties.get("Tags")),
            DataProtectionPolicy=_text(properties.get("DataProtectionPolicy")),
        )
        arn = topic["TopicArn"]
        work.began(arn)
        for subscription in properties.get("Subscription", ()):
            await work.call("sns", "Subscribe", TopicArn=arn, **subscription)
        return Made(arn, {"TopicArn": arn, "TopicName": name})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        arn = existing.physical_id
        before, after = _attributes(existing.properties), _attributes(properties)
        for name in {*before, *after}:
            if before.get(name) != after.get(name):
                await work.call(
                    "sns",
                    "SetTopicAttributes",
                    TopicArn=arn,
                    AttributeName=name,
                    AttributeValue=after.get(name, ""),
                )
        for subscription in properties.get("Subscription", ()):
            if subscription not in existing.properties.get("Subscription", ()):
                await work.call("sns", "Subscribe", TopicArn=arn, **subscription)
        await Tagging().change(work, "sns", arn, existing.properties, properties)
        return Made(arn, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("NotFound"):
            await work.call("sns", "DeleteTopic", TopicArn=existing.physical_id)


def _attributes(properties: Properties) -> dict[str, str]:
    given = {name: properties[name] for name in _ATTRIBUTES if name in properties}
    return {name: str(_text(value)) for name, value in given.items()}


def _text(value: Any) -> str | None:
    """An attribute as the API has it: texts as they are, all else as JSON (so `true`)."""
    return value if value is None or isinstance(value, str) else json.dumps(value)
