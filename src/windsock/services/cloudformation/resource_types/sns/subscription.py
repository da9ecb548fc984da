"""AWS::SNS::Subscription: a subscription to a topic.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
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
from windsock.services.cloudformation.work import Work

_ATTRIBUTES: Final = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
)


@resource_type("AWS::SNS::Subscription")
class Subscription(ResourceType):
    """A subscription; its id is its ARN, that of one which nobody has confirmed yet too."""

    async def create(self, work: Work, properties: Properties) -> Made:
        answer = await work.call(
            "sns",
            "Subscribe",
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties.get("Endpoint"),
            Attributes=_attributes(properties),
            ReturnSubscriptionArn=True,
        )
        return Made(answer["SubscriptionArn"], {"Arn": answer["SubscriptionArn"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        before, after = _attributes(existing.properties), _attributes(properties)
        for name in {*before, *after}:
            if before.get(name) != after.get(name):
                await work.call(
                    "sns",
                    "SetSubscriptionAttributes",
                    SubscriptionArn=existing.physical_id,
                    AttributeName=name,
                    AttributeValue=after.get(name, _unset(name)),
                )
        return Made(existing.physical_id, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("NotFound"):
            await work.call("sns", "Unsubscribe", SubscriptionArn=existing.physical_id)


def _attributes(properties: Properties) -> dict[str, str]:
    return {name: _text(properties[name]) for name in _ATTRIBUTES if name in properties}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _unset(name: str) -> str:
    """What an attribute is that is not declared any more."""
    return {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}.get(name, "{}")
