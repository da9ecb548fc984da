"""What the mails say.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html and mails received.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from windsock.services.sns.addresses import unsubscribe_url
from windsock.services.sns.envelopes import Confirmation
from windsock.services.sns.messages import Message

CONFIRMATION_SUBJECT: Final = "AWS Notification - Subscription Confirmation"
NOTIFICATION_SUBJECT: Final = "AWS Notification Message"
SENDER_NAME: Final = "AWS Notifications"
SENDER_ADDRESS: Final = "no-reply@sns.amazonaws.com"


class Letter(NamedTuple):
    """The subject and the plain text of a mail."""

    subject: str
    body: str


def confirmation_letter(request: Confirmation) -> Letter:
    """Asks for a confirmation."""
    return Letter(
        CONFIRMATION_SUBJECT,
        f"You have chosen to subscribe to the topic:\n{request.topic_arn}\n\n"
        "To confirm this subscription, click or visit the link below "
        "(If this was in error no action is necessary):\n"
        f"{request.subscribe_url}\n\n"
        "Or confirm it with the AWS CLI:\n"
        f"aws sns confirm-subscription --topic-arn {request.topic_arn} --token {request.token}\n",
    )


def notification_letter(message: Message, protocol: str, subscription_arn: str) -> Letter:
    """The message, and how to receive no more of them."""
    return Letter(
        message.subject or NOTIFICATION_SUBJECT,
        f"{message.content_for(protocol)}\n\n--\n"
        "If you wish to stop receiving notifications from this topic, please click or visit the link below "
        f"to unsubscribe:\n{unsubscribe_url(message.endpoint, subscription_arn)}\n\n"
        "Please do not reply directly to this email.\n",
    )
