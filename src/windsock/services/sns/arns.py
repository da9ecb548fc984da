"""The ARNs of topics and subscriptions, with AWS's answers to those that are none.

Rules seen in answers recorded at AWS: fewer than six elements are counted in the message, and a
topic of another region is an invalid parameter (SNS does not forward between regions).
"""

from __future__ import annotations

from typing import NamedTuple

from windsock.engine.operations import Context, Params
from windsock.kernel.arns import Arn
from windsock.kernel.scope import Scope
from windsock.services.sns.errors import InvalidParameter

PENDING_ARN = "pending confirmation"
PENDING_IN_LISTS = "PendingConfirmation"
DELETED_IN_LISTS = "Deleted"


class TopicKey(NamedTuple):
    """A topic: where it lives and its name."""

    scope: Scope
    name: str

    @property
    def arn(self) -> str:
        """The topic's ARN."""
        return self.scope.arn("sns", self.name)

    @property
    def fifo(self) -> bool:
        """Whether the name is that of a FIFO topic."""
        return self.name.endswith(".fifo")


class SubscriptionKey(NamedTuple):
    """A subscription: its topic and its id."""

    topic: TopicKey
    id: str

    @property
    def arn(self) -> str:
        """The subscription's ARN."""
        return f"{self.topic.arn}:{self.id}"


def required(params: Params, name: str) -> str:
    """A parameter that must be there; its absence is told in SNS's own words."""
    value: str | None = params.get(name)
    if value is None:
        raise InvalidParameter(f"{name} Reason: no value for required parameter")
    return value


def sns_arn(text: str, parameter: str) -> Arn:
    """The parts of an ARN of the service; raises InvalidParameter naming `parameter`."""
    parts = text.split(":", 5)
    if len(parts) < 6:
        raise InvalidParameter(f"{parameter} Reason: An ARN must have at least 6 elements, not {len(parts)}")
    if parts[0] != "arn" or parts[2] != "sns" or not parts[5]:
        raise InvalidParameter(parameter)
    return Arn(*parts[1:])


def topic_of(ctx: Context, arn: str, parameter: str = "TopicArn") -> TopicKey:
    """The topic an ARN names, which must be in the region that is called."""
    key = topic_anywhere(arn, parameter)
    if key.scope.region != ctx.scope.region:
        raise InvalidParameter(parameter)
    return key


def topic_anywhere(arn: str, parameter: str = "TopicArn") -> TopicKey:
    """The topic an ARN names, in whatever region (links in mails carry no region but the ARN's)."""
    parsed = sns_arn(arn, parameter)
    if ":" in parsed.resource or "/" in parsed.resource:
        raise InvalidParameter(parameter)
    return TopicKey(parsed.scope, parsed.resource)


def subscription_anywhere(arn: str) -> SubscriptionKey:
    """The subscription an ARN names, in whatever region."""
    parsed = sns_arn(arn, "SubscriptionArn")
    topic, separator, subscription_id = parsed.resource.partition(":")
    if not separator or not topic or not subscription_id:
        raise InvalidParameter("SubscriptionId")
    return SubscriptionKey(TopicKey(parsed.scope, topic), subscription_id)


def subscription_of(ctx: Context, arn: str) -> SubscriptionKey:
    """The subscription an ARN names, which must be in the region that is called."""
    key = subscription_anywhere(arn)
    if key.topic.scope.region != ctx.scope.region:
        raise InvalidParameter("SubscriptionArn")
    return key
