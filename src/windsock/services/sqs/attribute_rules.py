"""What each queue attribute may be, and what it is when nobody says.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from windsock.services.sqs import limits
from windsock.services.sqs.errors import InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue

# A rule takes the attribute's name and value and gives the value as it is kept; "" removes it.
Rule = Callable[[str, str], str]


def _whole_number(least: int, most: int) -> Rule:
    def rule(name: str, value: str) -> str:
        try:
            number = int(value)
        except ValueError:
            raise InvalidAttributeValue.of(name) from None
        if not least <= number <= most:
            raise InvalidAttributeValue.of(name)
        return str(number)

    return rule


def _boolean(name: str, value: str) -> str:
    lowered = value.lower()
    if lowered not in ("true", "false"):
        raise InvalidAttributeValue.of(name)
    return lowered


def _one_of(*allowed: str) -> Rule:
    def rule(name: str, value: str) -> str:
        if value not in allowed:
            raise InvalidAttributeValue.of(name)
        return value

    return rule


def _text(_name: str, value: str) -> str:
    return value


def _json_object(name: str, value: str) -> str:
    if value and not isinstance(_parsed(value), dict):
        raise InvalidAttributeValue.of(name)
    return value


def _redrive_policy(name: str, value: str) -> str:
    if not value:
        return value
    policy = _parsed(value)
    if not isinstance(policy, dict):
        raise InvalidParameterValue.of(name, value, "Redrive policy is not a valid JSON map.")
    for mandatory in ("deadLetterTargetArn", "maxReceiveCount"):
        if mandatory not in policy:
            reason = f"Redrive policy does not contain mandatory attribute: {mandatory}."
            raise InvalidParameterValue.of(name, value, reason)
    receives = policy["maxReceiveCount"]
    try:
        valid = 1 <= int(receives) <= limits.MAX_RECEIVE_COUNT
    except (TypeError, ValueError):
        valid = False
    if not valid:
        reason = (
            f"Invalid value for maxReceiveCount: {receives}, valid values are from 1 to "
            f"{limits.MAX_RECEIVE_COUNT} both inclusive."
        )
        raise InvalidParameterValue.of(name, value, reason)
    return value


def _redrive_allow_policy(name: str, value: str) -> str:
    if not value:
        return value
    policy = _parsed(value)
    if not isinstance(policy, dict):
        raise InvalidAttributeValue.of(name, "Redrive allow policy is not a valid JSON map.")
    permission = policy.get("redrivePermission")
    sources = policy.get("sourceQueueArns")
    if permission not in ("allowAll", "denyAll", "byQueue"):
        raise InvalidAttributeValue.of(name, "Redrive permission is not valid.")
    if (permission == "byQueue") != (sources is not None):
        raise InvalidAttributeValue.of(name, "Source queue ARNs go with the redrive permission byQueue only.")
    if sources is not None and not (
        isinstance(sources, list) and 1 <= len(sources) <= limits.MAX_REDRIVE_SOURCES
    ):
        most = limits.MAX_REDRIVE_SOURCES
        raise InvalidAttributeValue.of(name, f"There can be 1 to {most} source queue ARNs.")
    return value


def _parsed(value: str) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None


_RULES: Final[Mapping[str, Rule]] = {
    "DelaySeconds": _whole_number(0, limits.MAX_DELAY),
    "MaximumMessageSize": _whole_number(limits.MIN_MESSAGE_SIZE, limits.MAX_MESSAGE_SIZE),
    "MessageRetentionPeriod": _whole_number(limits.MIN_RETENTION, limits.MAX_RETENTION),
    "ReceiveMessageWaitTimeSeconds": _whole_number(0, limits.MAX_WAIT),
    "VisibilityTimeout": _whole_number(0, limits.MAX_VISIBILITY_TIMEOUT),
    "KmsMasterKeyId": _text,
    "KmsDataKeyReusePeriodSeconds": _whole_number(limits.MIN_KMS_REUSE, limits.MAX_KMS_REUSE),
    "SqsManagedSseEnabled": _boolean,
    "Policy": _json_object,
    "RedrivePolicy": _redrive_policy,
    "RedriveAllowPolicy": _redrive_allow_policy,
}
_FIFO_RULES: Final[Mapping[str, Rule]] = {
    "FifoQueue": _boolean,
    "ContentBasedDeduplication": _boolean,
    "DeduplicationScope": _one_of("queue", "messageGroup"),
    "FifoThroughputLimit": _one_of("perQueue", "perMessageGroupId"),
}
# These two are refused on a standard queue in words of their own, the others as unknown.
_ONLY_WITH_FIFO: Final = frozenset({"DeduplicationScope", "FifoThroughputLimit"})

_DEFAULTS: Final[Mapping[str, str]] = {
    "DelaySeconds": "0",
    "MaximumMessageSize": str(limits.MAX_MESSAGE_SIZE),
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
_FIFO_DEFAULTS: Final[Mapping[str, str]] = {
    **_DEFAULTS,
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}


def defaults(*, fifo: bool) -> Mapping[str, str]:
    """The attributes of a queue for which none was given."""
    return _FIFO_DEFAULTS if fifo else _DEFAULTS


def checked(attributes: Mapping[str, str], *, fifo: bool) -> dict[str, str]:
    """The given attributes as they are kept; an empty text means that the attribute is removed.

    Raises InvalidAttributeName, InvalidAttributeValue or (for a RedrivePolicy) InvalidParameterValue.
    """
    kept = {name: _rule(name, fifo)(name, value) for name, value in attributes.items()}
    if kept.get("KmsMasterKeyId") and kept.get("SqsManagedSseEnabled") == "true":
        raise InvalidAttributeValue(
            "You can use one type of server-side encryption (SSE) at one time. "
            "You can either enable KMS SSE or SQS SSE."
        )
    return kept


def merged(current: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """`current` with checked changes made. A KMS key ends SQS's own encryption, and the other way round."""
    result = {**current, **changes}
    if changes.get("KmsMasterKeyId"):
        result["SqsManagedSseEnabled"] = "false"
    elif changes.get("SqsManagedSseEnabled") == "true":
        result["KmsMasterKeyId"] = ""
    result = {name: value for name, value in result.items() if value}
    limit, scope = result.get("FifoThroughputLimit"), result.get("DeduplicationScope")
    if limit == "perMessageGroupId" and scope != "messageGroup":
        raise InvalidAttributeValue(
            "The perMessageGroupId value is allowed only when the value for DeduplicationScope "
            "is messageGroup."
        )
    return result


def _rule(name: str, fifo: bool) -> Rule:
    rule = _RULES.get(name) or (_FIFO_RULES.get(name) if fifo else None)
    if rule is not None:
        return rule
    if name in _ONLY_WITH_FIFO:
        raise InvalidAttributeName(f"You can specify the {name} only when FifoQueue is set to true.")
    raise InvalidAttributeName.unknown(name)
