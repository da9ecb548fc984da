"""The JSON that subscribers are sent, with AWS's fields in AWS's order and spacing.

Sources: https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html,
https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html,
https://docs.aws.amazon.com/sns/latest/dg/http-unsubscribe-confirmation-json.html,
https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from windsock.kernel.clock import to_datetime
from windsock.services.sns.addresses import confirm_url, unsubscribe_url
from windsock.services.sns.messages import Message

Fields = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Signature:
    """What proves where a message comes from: empty `version` means it is not signed."""

    version: str = ""
    value: str = ""
    certificate_url: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A request to an endpoint to confirm that it wants messages, or wants no more.

    `kind` is SubscriptionConfirmation or UnsubscribeConfirmation.
    """

    kind: str
    message_id: str
    token: str
    topic_arn: str
    subscription_arn: str
    endpoint: str
    at_ms: int
    signature_version: str

    @property
    def subscribe_url(self) -> str:
        """The link that confirms the subscription, or takes it up again."""
        return confirm_url(self.endpoint, self.topic_arn, self.token)

    @property
    def text(self) -> str:
        """The explanation AWS writes."""
        if self.kind == "UnsubscribeConfirmation":
            return (
                f"You have chosen to deactivate subscription {self.subscription_arn}.\nTo cancel this "
                "operation and restore the subscription, visit the SubscribeURL included in this message."
            )
        return (
            f"You have chosen to subscribe to the topic {self.topic_arn}.\nTo confirm the subscription, "
            "visit the SubscribeURL included in this message."
        )


def timestamp(instant_ms: int) -> str:
    """`2012-04-26T20:45:04.751Z`."""
    return to_datetime(instant_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text_to_sign(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    """The canonical string: names and values of the signed fields that are there, a line each.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
    """
    return "".join(f"{name}\n{fields[name]}\n" for name in names if fields.get(name) is not None)


SIGNED_IN_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
SIGNED_IN_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


def notification_to_sign(message: Message, protocol: str) -> str:
    """The canonical string of a notification."""
    fields = {
        "Message": message.content_for(protocol),
        "MessageId": message.id,
        "Subject": message.subject,
        "Timestamp": timestamp(message.published_ms),
        "TopicArn": message.topic_arn,
        "Type": "Notification",
    }
    return text_to_sign(fields, SIGNED_IN_NOTIFICATION)


def notification(message: Message, protocol: str, subscription_arn: str, signature: Signature) -> str:
    """A Notification, as queues, web servers and e-mail-json subscribers get it."""
    fields: Fields = [("Type", "Notification"), ("MessageId", message.id)]
    if message.sequence_number:
        fields.append(("SequenceNumber", message.sequence_number))
    fields.append(("TopicArn", message.topic_arn))
    if message.subject is not None:
        fields.append(("Subject", message.subject))
    fields += [("Message", message.content_for(protocol)), ("Timestamp", timestamp(message.published_ms))]
    fields += _signature_fields(signature)
    fields.append(("UnsubscribeURL", unsubscribe_url(message.endpoint, subscription_arn)))
    if message.attributes:
        fields.append(("MessageAttributes", shown_attributes(message)))
    return _spaced(fields)


def lambda_event(message: Message, subscription_arn: str, signature: Signature) -> bytes:
    """The event a function is invoked with: one record."""
    sns: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": message.id,
        "TopicArn": message.topic_arn,
        "Subject": message.subject,
        "Message": message.content_for("lambda"),
        "Timestamp": timestamp(message.published_ms),
        "SignatureVersion": signature.version,
        "Signature": signature.value,
        "SigningCertUrl": signature.certificate_url,
        "UnsubscribeUrl": unsubscribe_url(message.endpoint, subscription_arn),
        "MessageAttributes": shown_attributes(message),
    }
    return lambda_records(subscription_arn, sns)


def lambda_records(subscription_arn: str, sns: Mapping[str, Any]) -> bytes:
    """The frame around what a function is told."""
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "Sns": sns,
    }
    return orjson.dumps({"Records": [record]})


def confirmation_fields(request: Confirmation) -> Fields:
    """The fields of a confirmation request, before its signature."""
    return [
        ("Type", request.kind),
        ("MessageId", request.message_id),
        ("Token", request.token),
        ("TopicArn", request.topic_arn),
        ("Message", request.text),
        ("SubscribeURL", request.subscribe_url),
        ("Timestamp", timestamp(request.at_ms)),
    ]


def confirmation_to_sign(request: Confirmation) -> str:
    """The canonical string of a confirmation request."""
    return text_to_sign(dict(confirmation_fields(request)), SIGNED_IN_CONFIRMATION)


def confirmation(request: Confirmation, signature: Signature) -> str:
    """A SubscriptionConfirmation or UnsubscribeConfirmation."""
    return _spaced(confirmation_fields(request) + _signature_fields(signature))


def shown_attributes(message: Message) -> dict[str, dict[str, str]]:
    """Message attributes as envelopes show them: type and value, binary ones in base64."""
    return {
        name: {
            "Type": attribute["DataType"],
            "Value": attribute.get("StringValue") or attribute.get("BinaryValue") or "",
        }
        for name, attribute in message.attributes.items()
    }


def _signature_fields(signature: Signature) -> Fields:
    if not signature.version:
        return []
    return [
        ("SignatureVersion", signature.version),
        ("Signature", signature.value),
        ("SigningCertURL", signature.certificate_url),
    ]


def _spaced(fields: Fields) -> str:
    lines = (f'  "{name}" : {_value(value)}' for name, value in fields)
    return "{\n" + ",\n".join(lines) + "\n}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return orjson.dumps(value).decode()
    lines = (
        f"    {orjson.dumps(name).decode()} : {orjson.dumps(each).decode()}" for name, each in value.items()
    )
    return "{\n" + ",\n".join(lines) + "\n  }"
