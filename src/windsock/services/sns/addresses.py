"""The URLs that notifications carry, and where mail goes: what the installation's settings say."""

from __future__ import annotations

from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.operations import Context

_FALLBACK: Final = "http://localhost:4566"


def endpoint_of(ctx: Context) -> str:
    """The base URL for links: the one the caller used, else the configured one."""
    configured: str = getattr(ctx.engine.settings, "endpoint", "") or _FALLBACK
    return (ctx.call.endpoint or configured).rstrip("/")


def smtp_url(engine: Engine) -> str:
    """`smtp://host:port` of the mail server, or empty when mails are to be kept for reading."""
    url: str = getattr(engine.settings, "smtp_url", None) or ""
    return url


def confirm_url(endpoint: str, topic_arn: str, token: str) -> str:
    """The link that confirms a subscription."""
    return f"{endpoint}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}"


def unsubscribe_url(endpoint: str, subscription_arn: str) -> str:
    """The link that ends a subscription."""
    return f"{endpoint}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}"


def certificate_url(endpoint: str, fingerprint: str) -> str:
    """Where the certificate that notifications are signed with is served."""
    return f"{endpoint}/_windsock/sns/SimpleNotificationService-{fingerprint}.pem"
