"""Delivery by e-mail: to the SMTP server that is configured, else kept for reading.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
"""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from windsock.engine.tasks import Task
from windsock.kernel.clock import to_datetime
from windsock.services.sns.deliveries.base import Deliverer, Delivery, PermanentFailure, deliverer
from windsock.services.sns.envelopes import Confirmation, confirmation, notification
from windsock.services.sns.housekeeping import Housekeeping
from windsock.services.sns.limits import OUTBOX_KEPT_MS
from windsock.services.sns.mail_texts import (
    CONFIRMATION_SUBJECT,
    NOTIFICATION_SUBJECT,
    SENDER_ADDRESS,
    SENDER_NAME,
    Letter,
    confirmation_letter,
    notification_letter,
)
from windsock.services.sns.mails import Mail, keep_mail
from windsock.services.sns.signing import Signer
from windsock.services.sns.smtp import SmtpServer, is_refused
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@deliverer
class EmailDeliverer(Deliverer):
    """Mails in plain text."""

    protocols = ("email",)

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        message, subscriber = delivery.message, delivery.subscriber
        letter = notification_letter(message, "email", subscriber.arn)
        await _post(engine, delivery.task, subscriber.endpoint, message.sender_name, letter)

    async def ask(
        self, engine: Engine, task: Task, endpoint: str, sender_name: str, request: Confirmation
    ) -> None:
        await _post(engine, task, endpoint, sender_name, confirmation_letter(request))


@deliverer
class EmailJsonDeliverer(Deliverer):
    """Mails whose text is the JSON that web servers are sent."""

    protocols = ("email-json",)

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        message, subscriber = delivery.message, delivery.subscriber
        signature = await engine.part(Signer).sign_notification(message, "email-json")
        body = notification(message, "email-json", subscriber.arn, signature)
        letter = Letter(message.subject or NOTIFICATION_SUBJECT, body)
        await _post(engine, delivery.task, subscriber.endpoint, message.sender_name, letter)

    async def ask(
        self, engine: Engine, task: Task, endpoint: str, sender_name: str, request: Confirmation
    ) -> None:
        body = confirmation(request, await engine.part(Signer).sign_confirmation(request))
        await _post(engine, task, endpoint, sender_name, Letter(CONFIRMATION_SUBJECT, body))


async def _post(engine: Engine, task: Task, recipient: str, sender_name: str, letter: Letter) -> None:
    name = sender_name or SENDER_NAME
    url = engine.settings.smtp_url
    if not url:
        await _keep(engine, task, recipient, formataddr((name, SENDER_ADDRESS)), letter)
        return
    server = SmtpServer.parse(url)
    mail = EmailMessage()
    mail["From"] = formataddr((name, server.sender or SENDER_ADDRESS))
    mail["To"] = recipient
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(to_datetime(engine.clock.now_ms()))
    mail["Message-ID"] = f"<{task.id}@sns.amazonaws.com>"
    mail.set_content(letter.body)
    try:
        await server.send(mail)
    except Exception as error:
        if is_refused(error):
            raise PermanentFailure(f"the mail server refused the mail: {error}") from error
        raise


async def _keep(engine: Engine, task: Task, recipient: str, sender: str, letter: Letter) -> None:
    now = engine.clock.now_ms()
    mail = Mail(task.id, task.scope, now, sender, recipient, letter.subject, letter.body)

    def keep(tx: Transaction) -> None:
        keep_mail(tx, mail)
        engine.part(Housekeeping).expect(tx, task.scope, now + OUTBOX_KEPT_MS)
        engine.tasks.complete(tx, task)

    await engine.store.write(keep)
