"""Short ways to topics, queues, subscriptions and what arrives."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from tests.conftest import Driver

from windsock.engine.calls import Caller
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope

QUEUE_ARN = f"arn:aws:sqs:{DEFAULT_REGION}:{DEFAULT_ACCOUNT}:"
SCOPE = Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
SIGNED = Caller("account", DEFAULT_ACCOUNT, f"arn:aws:iam::{DEFAULT_ACCOUNT}:user/me", "AKIAIOSFODNN7EXAMPLE")


async def make_queue(driver: Driver, name: str, **attributes: str) -> str:
    """A queue; its URL."""
    url: str = (await driver("sqs", "CreateQueue", QueueName=name, Attributes=attributes))["QueueUrl"]
    return url


async def make_topic(driver: Driver, name: str = "news", **attributes: str) -> str:
    """A topic; its ARN."""
    arn: str = (await driver("sns", "CreateTopic", Name=name, Attributes=attributes))["TopicArn"]
    return arn


async def subscribe(driver: Driver, topic: str, protocol: str, endpoint: str, **attributes: str) -> str:
    """A subscription; its ARN, even when it is pending."""
    answer = await driver(
        "sns", "Subscribe", TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes,
        ReturnSubscriptionArn=True,
    )  # fmt: skip
    arn: str = answer["SubscriptionArn"]
    return arn


async def receive(driver: Driver, url: str) -> list[dict[str, Any]]:
    """The messages in a queue, with everything there is to know."""
    await driver.settle()
    answer = await driver(
        "sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"],
        MessageAttributeNames=["All"],
    )  # fmt: skip
    messages: list[dict[str, Any]] = answer.get("Messages") or []
    return messages


async def bodies(driver: Driver, url: str) -> list[str]:
    """The bodies of the messages in a queue."""
    return [message["Body"] for message in await receive(driver, url)]


def is_signed(fields: Mapping[str, str], names: Sequence[str], certificate: bytes) -> bool:
    """Verify as AWS's page tells subscribers to: the canonical string is written out here once more."""
    text = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields)
    key = x509.load_pem_x509_certificate(certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    digest = {"1": hashes.SHA1(), "2": hashes.SHA256()}[fields["SignatureVersion"]]
    key.verify(base64.b64decode(fields["Signature"]), text.encode(), padding.PKCS1v15(), digest)
    return True


NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
