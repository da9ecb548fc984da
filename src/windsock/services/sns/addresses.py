"""The URLs that notifications carry."""

from __future__ import annotations

from windsock.engine.operations import Context


def endpoint_of(ctx: Context) -> str:
    """The base URL for links: the one the caller used, else the configured one."""
    return (ctx.call.endpoint or ctx.engine.settings.endpoint).rstrip("/")


def confirm_url(endpoint: str, topic_arn: str, token: str) -> str:
    """The link that confirms a subscription."""
    return f"{endpoint}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}"


def unsubscribe_url(endpoint: str, subscription_arn: str) -> str:
    """The link that ends a subscription."""
    return f"{endpoint}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}"


def certificate_url(endpoint: str, fingerprint: str) -> str:
    """Where the certificate that notifications are signed with is served."""
    return f"{endpoint}/_windsock/sns/SimpleNotificationService-{fingerprint}.pem"
