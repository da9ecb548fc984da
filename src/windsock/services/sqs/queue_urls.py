"""Queue URLs: `<endpoint>/<account>/<name>`.

Source: "Queue name and URL",
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from __future__ import annotations

from windsock.engine.calls import Call
from windsock.engine.operations import Context
from windsock.kernel.scope import Scope
from windsock.services.sqs.errors import InvalidAddress

_ACCOUNT_DIGITS = 12


def queue_url(ctx: Context, account: str, name: str) -> str:
    """The URL of a queue, at the endpoint that the caller used; at windsock's own for calls from inside."""
    return f"{ctx.call.endpoint or ctx.engine.settings.endpoint}/{account}/{name}"


def addressed(call: Call, url: str) -> tuple[Scope, str]:
    """Whose queue a URL names, and its name. Only the last two segments of the path count.

    The region is the caller's. Raises InvalidAddress.
    """
    parts = url.rsplit("/", 2) if not url.endswith("/") else url[:-1].rsplit("/", 2)
    if len(parts) != 3:
        raise InvalidAddress(url)
    _, account, name = parts
    if account == call.scope.account:
        return call.scope, name
    if len(account) != _ACCOUNT_DIGITS or not account.isdigit():
        raise InvalidAddress(url)
    return Scope(account, call.scope.region), name
