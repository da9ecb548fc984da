"""What subscribers are sent, where no delivery test looks: Lambda events, canonical strings, SMTP URLs."""

from __future__ import annotations

import json

import pytest

from windsock.services.sns.envelopes import Signature, lambda_event, notification_to_sign
from windsock.services.sns.messages import Message
from windsock.services.sns.smtp import SmtpServer

TOPIC = "arn:aws:sns:us-east-1:000000000000:news"


def message(subject: str | None) -> Message:
    return Message(
        id="id-1",
        topic_arn=TOPIC,
        content="for all",
        by_protocol={"default": "for all", "lambda": "for functions"},
        subject=subject,
        attributes={"a": {"DataType": "Number", "StringValue": "1"}},
        published_ms=1_483_315_200_123,
        endpoint="http://localhost:4566",
        signature_version="1",
        sender_name="",
    )


def test_a_function_is_invoked_with_one_record() -> None:
    event = json.loads(lambda_event(message(None), f"{TOPIC}:s", Signature("1", "sig", "http://cert")))
    assert event == {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{TOPIC}:s",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "id-1",
                    "TopicArn": TOPIC,
                    "Subject": None,
                    "Message": "for functions",
                    "Timestamp": "2017-01-02T00:00:00.123Z",
                    "SignatureVersion": "1",
                    "Signature": "sig",
                    "SigningCertUrl": "http://cert",
                    "UnsubscribeUrl": f"http://localhost:4566/?Action=Unsubscribe&SubscriptionArn={TOPIC}:s",
                    "MessageAttributes": {"a": {"Type": "Number", "Value": "1"}},
                },
            }
        ]
    }


@pytest.mark.parametrize(("subject", "lines"), [(None, ""), ("Hi", "Subject\nHi\n")])
def test_the_canonical_string_has_the_subject_only_if_there_is_one(subject: str | None, lines: str) -> None:
    assert notification_to_sign(message(subject), "sqs") == (
        f"Message\nfor all\nMessageId\nid-1\n{lines}Timestamp\n2017-01-02T00:00:00.123Z\n"
        f"TopicArn\n{TOPIC}\nType\nNotification\n"
    )


def test_smtp_urls() -> None:
    plain = SmtpServer.parse("smtp://mail.example.com")
    assert (plain.host, plain.port, plain.starttls, plain.user, plain.sender) == (
        "mail.example.com", 25, False, "", "",
    )  # fmt: skip
    whole = SmtpServer.parse("smtp://me%40example.com:p%3Aw@mail:587/?starttls&from=sns@example.com")
    assert whole == SmtpServer("mail", 587, "me@example.com", "p:w", True, "sns@example.com")
    with pytest.raises(ValueError, match="is not smtp://host:port"):
        SmtpServer.parse("mail.example.com:25")
