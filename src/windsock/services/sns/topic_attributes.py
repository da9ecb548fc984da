"""The attributes of topics: which may be set, to what, and what is shown for those that were not.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html,
https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import orjson

from windsock.services.sns.arns import TopicKey
from windsock.services.sns.attribute_values import BadAttribute, boolean, json_object
from windsock.services.sns.delivery_policies import check_topic_policy, effective_for_topic
from windsock.services.sns.limits import DISPLAY_NAME_LENGTH
from windsock.services.sns.policies import check_policy, default_policy

Check = Callable[[TopicKey, str, str], str]


def _one_of(*allowed: str) -> Check:
    def check(_: TopicKey, name: str, value: str) -> str:
        if value not in allowed:
            raise BadAttribute(f"{name}: Invalid value [{value}]. Must be one of {', '.join(allowed)}.")
        return value

    return check


def _as_given(_: TopicKey, name: str, value: str) -> str:
    return value


def _display_name(_: TopicKey, name: str, value: str) -> str:
    if len(value) > DISPLAY_NAME_LENGTH or any(ord(character) < 32 for character in value):
        raise BadAttribute(f"{name}: Invalid display name")
    return value


def _delivery_policy(_: TopicKey, name: str, value: str) -> str:
    if value:
        check_topic_policy(value)
    return value


def _policy(topic: TopicKey, name: str, value: str) -> str:
    if value:
        check_policy(value)
    return value


def _archive_policy(topic: TopicKey, name: str, value: str) -> str:
    _for_fifo(topic, name)
    days = json_object(name, value).get("MessageRetentionPeriod") if value else None
    if days is not None and not (str(days).isdigit() and 1 <= int(days) <= 365):
        raise BadAttribute(f"{name}: MessageRetentionPeriod must be between 1 and 365 days")
    return value


def _fifo_boolean(topic: TopicKey, name: str, value: str) -> str:
    _for_fifo(topic, name)
    return boolean(name, value)


def _throughput_scope(topic: TopicKey, name: str, value: str) -> str:
    _for_fifo(topic, name)
    return _one_of("Topic", "MessageGroup")(topic, name, value)


def _sample_rate(_: TopicKey, name: str, value: str) -> str:
    if not value.isdigit() or not 0 <= int(value) <= 100:
        raise BadAttribute(f"{name}: Invalid value [{value}]. Must be an integer between 0 and 100.")
    return value


def _for_fifo(topic: TopicKey, name: str) -> None:
    if not topic.fifo:
        raise BadAttribute(f"{name}: can only be set for FIFO topics")


_FEEDBACK_PROTOCOLS = ("HTTP", "Firehose", "Lambda", "Application", "SQS", "SMS")

_SETTABLE: Final[Mapping[str, Check]] = {
    "Policy": _policy,
    "DisplayName": _display_name,
    "DeliveryPolicy": _delivery_policy,
    "TracingConfig": _one_of("PassThrough", "Active"),
    "KmsMasterKeyId": _as_given,
    "SignatureVersion": _one_of("1", "2"),
    "ContentBasedDeduplication": _fifo_boolean,
    "FifoThroughputScope": _throughput_scope,
    "ArchivePolicy": _archive_policy,
    **{f"{protocol}SuccessFeedbackRoleArn": _as_given for protocol in _FEEDBACK_PROTOCOLS},
    **{f"{protocol}FailureFeedbackRoleArn": _as_given for protocol in _FEEDBACK_PROTOCOLS},
    **{f"{protocol}SuccessFeedbackSampleRate": _sample_rate for protocol in _FEEDBACK_PROTOCOLS},
}


def is_settable(name: str) -> bool:
    """Whether SetTopicAttributes knows the attribute."""
    return name in _SETTABLE


def checked(topic: TopicKey, name: str, value: str) -> str:
    """The value to keep for an attribute that may be set; raises BadAttribute."""
    return _SETTABLE[name](topic, name, value)


def checked_for_creation(topic: TopicKey, given: Mapping[str, str]) -> dict[str, str]:
    """The values to keep of a new topic's attributes; raises BadAttribute."""
    kept: dict[str, str] = {}
    for name, value in given.items():
        if name == "FifoTopic":
            if boolean(name, value) == "true":
                kept[name] = "true"
        elif is_settable(name):
            kept[name] = checked(topic, name, value)
        else:
            raise BadAttribute(f"Unknown attribute {name}")
    return kept


def shown(topic: TopicKey, kept: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, str]:
    """The attributes as GetTopicAttributes gives them; `counts` are those of subscriptions."""
    attributes = {name: value for name, value in kept.items() if value}
    attributes["TopicArn"] = topic.arn
    attributes["Owner"] = topic.scope.account
    attributes["DisplayName"] = kept.get("DisplayName", "")
    attributes["Policy"] = kept.get("Policy") or default_policy(topic)
    attributes["EffectiveDeliveryPolicy"] = orjson.dumps(effective_for_topic(kept)).decode()
    attributes.update({name: str(number) for name, number in counts.items()})
    if topic.fifo:
        attributes["FifoTopic"] = "true"
        attributes.setdefault("ContentBasedDeduplication", "false")
    return attributes
