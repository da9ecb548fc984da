"""Which messages a subscription's filter lets pass, and what is counted of those it does not.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from windsock.languages.filters import is_filterable_body
from windsock.services.sns.messages import Message
from windsock.services.sns.topic_cache import Subscriber

_FILTERED_OUT: Final = "NumberOfNotificationsFilteredOut"


def wants(subscriber: Subscriber, message: Message) -> bool:
    """Whether a subscription is sent a message."""
    policy = subscriber.filter
    return policy is None or policy.accepts(message.content_for(subscriber.protocol), message.attributes)


def refusal_metrics(subscriber: Subscriber, message: Message) -> Iterator[str]:
    """The metrics that count a message which the filter did not let pass."""
    yield _FILTERED_OUT
    if subscriber.filter is not None and subscriber.filter.scope == "MessageBody":
        yield f"{_FILTERED_OUT}-MessageBody"
        if not is_filterable_body(message.content_for(subscriber.protocol)):
            yield f"{_FILTERED_OUT}-InvalidMessageBody"
    else:
        yield f"{_FILTERED_OUT}-MessageAttributes"
        if not message.attributes:
            yield f"{_FILTERED_OUT}-NoMessageAttributes"
