"""Publishing to topics, devices and phone numbers.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html,
https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.ids import uuid4
from windsock.services.sns import fifo, metrics, topic_rows
from windsock.services.sns.addresses import endpoint_of
from windsock.services.sns.arns import sns_arn, topic_of
from windsock.services.sns.endpoints import is_phone_number
from windsock.services.sns.errors import InvalidParameter, NotFound, OptedOut
from windsock.services.sns.fan_out import fan_out
from windsock.services.sns.limits import MAX_MESSAGE_BYTES
from windsock.services.sns.message_rules import (
    check_attributes,
    check_subject,
    check_text,
    kept_attributes,
    size_of,
    structured,
)
from windsock.services.sns.messages import Message
from windsock.services.sns.opt_outs import is_opted_out
from windsock.services.sns.platform_endpoints import usable_endpoint
from windsock.services.sns.pushes import keep_push
from windsock.services.sns.topic_cache import Topic, TopicCache


@command("Publish")
def publish(ctx: Command, params: Params) -> Result:
    """Accept a message for a topic's subscribers, a device or a phone number."""
    arn = params.get("TopicArn")
    parameter = "TopicArn"
    if arn is None:
        arn, parameter = params.get("TargetArn"), "TargetArn"
    check_subject(params.get("Subject"))
    check_text(params.get("Message"))
    if params.get("PhoneNumber") is not None:
        return _publish_to_phone(ctx, params)
    if arn is None:
        raise InvalidParameter("TopicArn or TargetArn Reason: no value for required parameter")
    check_attributes(params.get("MessageAttributes") or {})
    if sns_arn(arn, parameter).resource.startswith("endpoint/"):
        return _publish_to_device(ctx, arn, params)
    topic = find_topic(ctx, arn, parameter)
    message = read_message(ctx, topic, params)
    if size_of(message.content, params.get("MessageAttributes") or {}) > MAX_MESSAGE_BYTES:
        raise InvalidParameter("Message too long")
    accepted: list[Message] = []
    answer = accept(ctx, topic, message, accepted)
    publish_accepted(ctx, topic, accepted)
    return answer


def find_topic(ctx: Command, arn: str, parameter: str = "TopicArn") -> Topic:
    """The topic with its subscribers; raises NotFound."""
    topic = ctx.engine.part(TopicCache).find(ctx.tx, topic_of(ctx, arn, parameter))
    if topic is None:
        raise NotFound(topic_rows.NO_TOPIC)
    return topic


def read_message(ctx: Command, topic: Topic, entry: Params) -> Message:
    """The message of a Publish, or of an entry of a PublishBatch."""
    text = check_text(entry.get("Message"))
    by_protocol = structured(text, entry.get("MessageStructure"))
    ids = fifo.check_ids(topic, text, entry.get("MessageGroupId"), entry.get("MessageDeduplicationId"))
    return Message(
        id=uuid4(),
        topic_arn=topic.arn,
        content=text,
        by_protocol=by_protocol,
        subject=check_subject(entry.get("Subject")),
        attributes=kept_attributes(entry.get("MessageAttributes") or {}),
        published_ms=ctx.now_ms,
        endpoint=endpoint_of(ctx),
        signature_version=topic.signature_version,
        sender_name=topic.attributes.get("DisplayName", ""),
        group_id=ids.group,
        deduplication_id=ids.deduplication,
    )


def accept(ctx: Command, topic: Topic, message: Message, accepted: list[Message]) -> dict[str, Any]:
    """The answer for a message, which goes to the `accepted` unless a FIFO topic had it before."""
    answer = {"MessageId": message.id}
    if topic.is_fifo:
        ids = fifo.FifoIds(message.group_id, message.deduplication_id)
        earlier = fifo.earlier(ctx, topic, ids)
        if earlier is not None:
            return {"MessageId": earlier.message_id, "SequenceNumber": earlier.sequence_number}
        message.sequence_number = fifo.accept(ctx, topic, ids, message.id).sequence_number
        answer["SequenceNumber"] = message.sequence_number
    accepted.append(message)
    return answer


def publish_accepted(ctx: Command, topic: Topic, accepted: Sequence[Message]) -> None:
    """Send what was accepted on its way."""
    if accepted:
        fan_out(ctx, topic, accepted)
        metrics.count(ctx.engine, topic.key, "NumberOfMessagesPublished", [1] * len(accepted))
        sizes = [len(message.content.encode()) for message in accepted]
        metrics.count(ctx.engine, topic.key, "PublishSize", sizes)


def _publish_to_phone(ctx: Command, params: Params) -> Result:
    number = params["PhoneNumber"]
    if not is_phone_number(number):
        raise InvalidParameter(f"PhoneNumber Reason: {number} is not valid to publish to")
    if params.get("TopicArn") is not None or params.get("TargetArn") is not None:
        raise InvalidParameter("PhoneNumber Reason: cannot be used with TopicArn or TargetArn")
    check_attributes(params.get("MessageAttributes") or {})
    if is_opted_out(ctx.tx, ctx.scope, number):
        raise OptedOut(f"{number} has opted out of receiving SMS messages")
    message = _direct(ctx, params)
    keep_push(ctx.engine, ctx.tx, ctx.scope, "sms", number, message)
    metrics.count_direct(ctx.engine, ctx.scope, "NumberOfMessagesPublished")
    return {"MessageId": message.id}


def _publish_to_device(ctx: Command, arn: str, params: Params) -> Result:
    endpoint = usable_endpoint(ctx.tx, arn, "TargetArn")
    message = _direct(ctx, params)
    keep_push(ctx.engine, ctx.tx, endpoint.scope, endpoint.platform, arn, message)
    return {"MessageId": message.id}


def _direct(ctx: Command, params: Params) -> Message:
    """A message that goes to no topic."""
    text = check_text(params.get("Message"))
    given = params.get("MessageAttributes") or {}
    if size_of(text, given) > MAX_MESSAGE_BYTES:
        raise InvalidParameter("Message too long")
    return Message(
        id=uuid4(),
        topic_arn="",
        content=text,
        by_protocol=structured(text, params.get("MessageStructure")),
        subject=params.get("Subject"),
        attributes=kept_attributes(given),
        published_ms=ctx.now_ms,
        endpoint=endpoint_of(ctx),
        signature_version="",
        sender_name="",
    )
