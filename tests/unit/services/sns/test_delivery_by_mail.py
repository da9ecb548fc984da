"""E-mail subscribers: with a real SMTP server, and without one."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import (
    NOTIFICATION,
    QUEUE_ARN,
    bodies,
    is_signed,
    make_queue,
    make_topic,
    subscribe,
)

from windsock.engine.settings import EngineSettings
from windsock.services.sns import Mail, list_mails, signing_certificate

TOKEN = re.compile(r"Action=ConfirmSubscription&TopicArn=(\S+)&Token=(\w+)")


class Mailbox:
    """The handler of an SMTP server: keeps mails, and answers DATA with `replies` first."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.replies: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.replies:
            return self.replies.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@pytest.fixture
async def mailbox(driver: Driver) -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    driver.engine.settings = EngineSettings(smtp_url=f"smtp://127.0.0.1:{port}")
    yield mailbox
    server.close()


def text_of(mail: EmailMessage) -> str:
    """The text of a mail, with the line ends it was written with."""
    content: str = mail.get_content()
    return content.replace("\r\n", "\n")


def kept(driver: Driver, recipient: str = "") -> list[Mail]:
    return driver.engine.store.read(lambda tx: list_mails(tx, recipient=recipient))


async def confirm(driver: Driver, text: str) -> str:
    found = TOKEN.search(text)
    assert found is not None
    arn: str = (await driver("sns", "ConfirmSubscription", TopicArn=found[1], Token=found[2]))[
        "SubscriptionArn"
    ]
    return arn


async def test_mails_go_through_the_smtp_server(driver: Driver, mailbox: Mailbox) -> None:
    topic = await make_topic(driver, "builds", DisplayName="AMI Builder")
    await subscribe(driver, topic, "email", "ops@example.com")
    await driver.settle()
    [asked] = mailbox.mails
    assert asked["To"] == "ops@example.com"
    assert asked["From"] == "AMI Builder <no-reply@sns.amazonaws.com>"
    assert asked["Subject"] == "AWS Notification - Subscription Confirmation"
    assert text_of(asked).startswith(f"You have chosen to subscribe to the topic:\n{topic}\n")
    subscription = await confirm(driver, text_of(asked))

    await driver("sns", "Publish", TopicArn=topic, Message="The image is ready: ü", Subject="Build")
    await driver("sns", "Publish", TopicArn=topic, Message="no subject")
    await driver.settle()
    by_subject = {mail["Subject"]: mail for mail in mailbox.mails[1:]}
    assert set(by_subject) == {"Build", "AWS Notification Message"}
    body = text_of(by_subject["Build"])
    assert body.startswith("The image is ready: ü\n\n--\nIf you wish to stop receiving notifications")
    assert f"/?Action=Unsubscribe&SubscriptionArn={subscription}\n" in body
    assert kept(driver) == []


async def test_a_server_that_is_busy_is_tried_again_after_ten_seconds(
    driver: Driver, mailbox: Mailbox
) -> None:
    topic = await make_topic(driver)
    mailbox.replies = ["451 Try again later"] * 2
    await subscribe(driver, topic, "email", "ops@example.com")
    await driver.advance(19)
    assert mailbox.mails == []
    await driver.advance(1)
    assert len(mailbox.mails) == 1


async def test_a_refused_mail_goes_to_the_dead_letter_queue(driver: Driver, mailbox: Mailbox) -> None:
    topic, dead = await make_topic(driver), await make_queue(driver, "dead")
    await subscribe(
        driver, topic, "email", "ops@example.com",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": QUEUE_ARN + "dead"}),
    )  # fmt: skip
    await driver.settle()
    await confirm(driver, text_of(mailbox.mails[0]))
    mailbox.replies = ["550 No such user"]
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    [body] = await bodies(driver, dead)
    assert json.loads(body)["Message"] == "m"


async def test_without_a_server_mails_are_kept(driver: Driver) -> None:
    topic = await make_topic(driver)
    for address in ("a@example.com", "b@example.com"):
        await subscribe(driver, topic, "email", address)
    await driver.settle()
    assert {mail.recipient for mail in kept(driver)} == {"a@example.com", "b@example.com"}
    [asked] = kept(driver, "a@example.com")
    assert asked.subject == "AWS Notification - Subscription Confirmation"
    assert asked.sender == "AWS Notifications <no-reply@sns.amazonaws.com>"
    assert asked.sent_ms == driver.clock.now_ms()
    await confirm(driver, asked.body)
    await driver("sns", "Publish", TopicArn=topic, Message="for a only")
    await driver.settle()
    [newest, _] = kept(driver, "a@example.com")
    assert newest.body.startswith("for a only\n")
    assert len(kept(driver, "b@example.com")) == 1


async def test_kept_mails_are_forgotten_after_two_weeks(driver: Driver) -> None:
    await subscribe(driver, await make_topic(driver), "email", "a@example.com")
    await driver.advance(13 * 86400)
    assert len(kept(driver)) == 1
    await driver.advance(2 * 86400)
    assert kept(driver) == []


async def test_email_json_is_the_envelope(driver: Driver) -> None:
    topic = await make_topic(driver)
    await subscribe(driver, topic, "email-json", "robot@example.com")
    await driver.settle()
    fields = json.loads(kept(driver)[0].body)
    assert fields["Type"] == "SubscriptionConfirmation"
    await driver("sns", "ConfirmSubscription", TopicArn=topic, Token=fields["Token"])
    await driver("sns", "Publish", TopicArn=topic, Message="m", Subject="s")
    await driver.settle()
    mail = kept(driver)[0]
    fields = json.loads(mail.body)
    assert (mail.subject, fields["Message"]) == ("s", "m")
    assert is_signed(fields, NOTIFICATION, await signing_certificate(driver.engine))
