"""What SendMessage is given, checked and measured.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import md5, sha256
from typing import Any, Final, NamedTuple

import orjson

from windsock.engine.calls import Caller
from windsock.services.sqs.errors import InvalidParameterValue
from windsock.services.sqs.limits import MAX_DELAY
from windsock.services.sqs.message_attributes import (
    check_attributes,
    check_characters,
    check_system_attributes,
    digest,
    size_of,
    to_json,
)
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import Queue

_FIFO_ID: Final = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
_NOT_FOR_TYPE: Final = "The request include parameter that is not valid for this queue type."


class Draft(NamedTuple):
    """A message that may be accepted. `system` is JSON; `digests` goes into the answer as it is."""

    body: str
    size: int
    delay_ms: int
    group_id: str | None
    deduplication_id: str | None
    attributes: str | None
    system: str
    digests: Mapping[str, str]


def drafted(queue: Queue, caller: Caller, params: Mapping[str, Any]) -> Draft:
    """Check one message. Raises MissingParameter, InvalidParameterValue or InvalidMessageContents."""
    body: str = required(params, "MessageBody")
    check_characters(body)
    raw = body.encode()
    size = len(raw)
    digests = {"MD5OfMessageBody": md5(raw, usedforsecurity=False).hexdigest()}
    system = {"SenderId": sender_id(caller)}
    attributes = params.get("MessageAttributes")
    if attributes:
        check_attributes(attributes)
        size += size_of(attributes)
        digests["MD5OfMessageAttributes"] = digest(attributes)
    given_system = params.get("MessageSystemAttributes")
    if given_system:
        check_system_attributes(given_system)
        digests["MD5OfMessageSystemAttributes"] = digest(given_system)
        system |= {name: attribute["StringValue"] for name, attribute in given_system.items()}
    delay_ms, group, deduplication_id = _placed(queue, params, raw)
    return Draft(
        body=body,
        size=size,
        delay_ms=delay_ms,
        group_id=group,
        deduplication_id=deduplication_id,
        attributes=to_json(attributes) if attributes else None,
        system=orjson.dumps(system).decode(),
        digests=digests,
    )


def sender_id(caller: Caller) -> str:
    """The SenderId of messages that a caller sends."""
    if caller.kind == "service":
        return caller.principal
    return caller.user_id or caller.account


def _placed(queue: Queue, params: Mapping[str, Any], raw_body: bytes) -> tuple[int, str | None, str | None]:
    group: str | None = params.get("MessageGroupId")
    deduplication_id: str | None = params.get("MessageDeduplicationId")
    delay: int | None = params.get("DelaySeconds")
    if delay is not None and not 0 <= delay <= MAX_DELAY:
        reason = f"DelaySeconds must be >= 0 and <= {MAX_DELAY}."
        raise InvalidParameterValue.of("DelaySeconds", delay, reason)
    if not queue.fifo:
        if deduplication_id is not None:
            raise InvalidParameterValue.of("MessageDeduplicationId", deduplication_id, _NOT_FOR_TYPE)
        if group is not None:
            _check_fifo_id("MessageGroupId", group)
        return queue.delay_ms if delay is None else delay * 1000, group, None
    # Only the queue's own delay counts; a message may ask for none, which changes nothing.
    if delay:
        raise InvalidParameterValue.of("DelaySeconds", delay, _NOT_FOR_TYPE)
    group = required(params, "MessageGroupId")
    _check_fifo_id("MessageGroupId", group)
    return queue.delay_ms, group, _deduplication_id(queue, deduplication_id, raw_body)


def _deduplication_id(queue: Queue, given: str | None, raw_body: bytes) -> str:
    if given is not None:
        _check_fifo_id("MessageDeduplicationId", given)
        return given
    if not queue.content_based_deduplication:
        raise InvalidParameterValue(
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly"
        )
    return sha256(raw_body).hexdigest()


def _check_fifo_id(parameter: str, value: str) -> None:
    if not _FIFO_ID.fullmatch(value):
        reason = f"{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length."
        raise InvalidParameterValue.of(parameter, value, reason)
