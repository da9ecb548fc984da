"""The attributes of subscriptions: which may be set, to what, and what is shown.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html,
https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from windsock.kernel.arns import parse_arn
from windsock.languages.filters import FilterPolicy, InvalidPolicy, Scope
from windsock.services.sns.arns import SubscriptionKey
from windsock.services.sns.attribute_values import BadAttribute, boolean, json_object
from windsock.services.sns.delivery_policies import check_subscription_policy, effective_for_subscription

DEFAULTS: Final[Mapping[str, str]] = {
    "RawMessageDelivery": "false",
    "FilterPolicyScope": "MessageAttributes",
}
_SCOPES: Final[Mapping[str, Scope]] = {
    "MessageBody": "MessageBody",
    "MessageAttributes": "MessageAttributes",
}
_RAW_PROTOCOLS: Final = ("sqs", "http", "https", "firehose")


@dataclass(frozen=True, slots=True)
class Subject:
    """What an attribute is set on: whose subscription, and the attributes it has besides."""

    topic_is_fifo: bool
    protocol: str
    endpoint: str
    attributes: Mapping[str, str]


Check = Callable[[Subject, str, str], str]


def _raw(subject: Subject, name: str, value: str) -> str:
    chosen = boolean(name, value)
    if chosen == "true" and subject.protocol not in _RAW_PROTOCOLS:
        raise BadAttribute(f"Delivery protocol [{subject.protocol}] does not support raw message delivery.")
    return chosen


def _filter_policy(subject: Subject, name: str, value: str) -> str:
    if value in ("", "null"):
        return ""
    _parse_filter(value, subject.attributes.get("FilterPolicyScope", DEFAULTS["FilterPolicyScope"]))
    return value


def _filter_scope(subject: Subject, name: str, value: str) -> str:
    if value not in _SCOPES:
        raise BadAttribute(
            f"{name}: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
        )
    policy = subject.attributes.get("FilterPolicy")
    if policy:
        _parse_filter(policy, value)
    return value


def _parse_filter(text: str, scope: str) -> None:
    try:
        FilterPolicy.parse(text, _SCOPES[scope])
    except InvalidPolicy as error:
        raise BadAttribute(error.reason) from error


def _redrive_policy(subject: Subject, name: str, value: str) -> str:
    if not value:
        return ""
    arn = parse_arn(str(json_object(name, value).get("deadLetterTargetArn", "")))
    if arn is None:
        raise BadAttribute(f"{name}: deadLetterTargetArn is an invalid arn")
    is_fifo_queue = arn.service == "sqs" and arn.resource.endswith(".fifo")
    if subject.topic_is_fifo and subject.endpoint.endswith(".fifo") and not is_fifo_queue:
        raise BadAttribute(f"{name}: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.")
    if arn.service != "sqs":
        raise BadAttribute(f"{name}: deadLetterTargetArn is not an SQS queue")
    return value


def _delivery_policy(subject: Subject, name: str, value: str) -> str:
    if value:
        check_subscription_policy(value)
    return value


def _role(subject: Subject, name: str, value: str) -> str:
    if value and parse_arn(value) is None:
        raise BadAttribute(f"{name}: Invalid ARN [{value}]")
    return value


def _replay_policy(subject: Subject, name: str, value: str) -> str:
    if value:
        json_object(name, value)
    return value


_SETTABLE: Final[Mapping[str, Check]] = {
    "RawMessageDelivery": _raw,
    "FilterPolicyScope": _filter_scope,
    "FilterPolicy": _filter_policy,
    "RedrivePolicy": _redrive_policy,
    "DeliveryPolicy": _delivery_policy,
    "SubscriptionRoleArn": _role,
    "ReplayPolicy": _replay_policy,
}


def is_settable(name: str) -> bool:
    """Whether SetSubscriptionAttributes knows the attribute."""
    return name in _SETTABLE


def checked(subject: Subject, name: str, value: str) -> str:
    """The value to keep for an attribute that may be set; raises BadAttribute."""
    return _SETTABLE[name](subject, name, value)


def checked_for_creation(subject: Subject, given: Mapping[str, str]) -> dict[str, str]:
    """The values to keep of a new subscription's attributes; raises BadAttribute.

    The scope of a filter policy counts wherever it stands among the attributes.
    """
    for name in given:
        if not is_settable(name):
            raise BadAttribute(f"Unknown attribute {name}")
    if subject.protocol == "firehose" and not given.get("SubscriptionRoleArn"):
        raise BadAttribute("SubscriptionRoleArn attribute is required for the firehose protocol")
    scope = {name: given[name] for name in ("FilterPolicyScope",) if name in given}
    around = Subject(subject.topic_is_fifo, subject.protocol, subject.endpoint, scope)
    return {name: checked(around, name, value) for name, value in given.items()}


def same(kept: Mapping[str, str], given: Mapping[str, str]) -> bool:
    """Whether the attributes given to a repeated Subscribe are those the subscription has."""
    return all(kept.get(name, DEFAULTS.get(name, "")) == value for name, value in given.items())


def shown(
    key: SubscriptionKey,
    row_values: Mapping[str, str],
    kept: Mapping[str, str],
    topic: Mapping[str, str],
) -> dict[str, str]:
    """The attributes as GetSubscriptionAttributes gives them.

    `row_values` are those that stand in the row (Protocol, Endpoint, ...), `topic` the topic's attributes.
    """
    attributes = {name: value for name, value in kept.items() if value}
    attributes["SubscriptionArn"] = key.arn
    attributes["TopicArn"] = key.topic.arn
    attributes["RawMessageDelivery"] = kept.get("RawMessageDelivery", DEFAULTS["RawMessageDelivery"])
    attributes.pop("FilterPolicyScope", None)
    if kept.get("FilterPolicy"):
        attributes["FilterPolicyScope"] = kept.get("FilterPolicyScope", DEFAULTS["FilterPolicyScope"])
    if row_values["Protocol"] in ("http", "https"):
        effective = effective_for_subscription(topic, kept)
        attributes["EffectiveDeliveryPolicy"] = orjson.dumps(effective).decode()
    attributes.update(row_values)
    return attributes
