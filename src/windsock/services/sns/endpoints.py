"""What may be subscribed: a check for each protocol, and whether it needs a confirmation.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html; the messages are AWS's answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from windsock.kernel.arns import Arn, parse_arn
from windsock.services.sns.arns import TopicKey
from windsock.services.sns.errors import InvalidParameter, InvalidSmsEndpoint

Check = Callable[[TopicKey, str], None]

_SEPARATORS = re.compile(r"[./-]")
_E164: Final = re.compile(r"\+?[1-9]\d{1,14}")


def is_phone_number(text: str) -> bool:
    """Whether SNS takes `text` for a phone number: E.164, single separators allowed between digits."""
    if re.search(r"[./-]{2}|^[./-]|[./-]$", text):
        return False
    return _E164.fullmatch(_SEPARATORS.sub("", text)) is not None


def check_endpoint(topic: TopicKey, protocol: str, endpoint: str) -> None:
    """Raise InvalidParameter unless `endpoint` can be subscribed to the topic by the protocol."""
    check = _CHECKS.get(protocol)
    if check is None:
        raise InvalidParameter(f"Amazon SNS does not support this protocol string: {protocol}")
    if topic.fifo and protocol != "sqs":
        raise InvalidParameter(f"Protocol Reason: FIFO topics cannot deliver to {protocol} endpoints")
    check(topic, endpoint)


def is_confirmed_at_once(protocol: str, endpoint: str, account: str) -> bool:
    """Whether a subscription made by `account` needs no confirmation: the endpoint is its own."""
    if protocol in ("sqs", "lambda"):
        arn = parse_arn(endpoint)
        return arn is not None and arn.account == account
    return protocol in ("sms", "application", "firehose")


def _arn_of(service: str, endpoint: str, message: str) -> Arn:
    arn = parse_arn(endpoint)
    if arn is None or arn.service != service:
        raise InvalidParameter(message)
    return arn


def _sqs(topic: TopicKey, endpoint: str) -> None:
    queue = _arn_of("sqs", endpoint, "SQS endpoint ARN")
    if queue.resource.endswith(".fifo") and not topic.fifo:
        raise InvalidParameter(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
        )


def _lambda(topic: TopicKey, endpoint: str) -> None:
    _arn_of("lambda", endpoint, "Lambda endpoint ARN")


def _firehose(topic: TopicKey, endpoint: str) -> None:
    _arn_of("firehose", endpoint, "Firehose endpoint ARN")


def _application(topic: TopicKey, endpoint: str) -> None:
    arn = _arn_of("sns", endpoint, "Application endpoint arn invalid")
    if not arn.resource.startswith("endpoint/"):
        raise InvalidParameter("Application endpoint arn invalid")


def _url_with(scheme: str) -> Check:
    def check(topic: TopicKey, endpoint: str) -> None:
        if not endpoint.startswith(f"{scheme}://") or len(endpoint) == len(f"{scheme}://"):
            raise InvalidParameter("Endpoint must match the specified protocol")

    return check


def _email(topic: TopicKey, endpoint: str) -> None:
    local, _, domain = endpoint.rpartition("@")
    if not local or not domain or any(character.isspace() for character in endpoint):
        raise InvalidParameter("Email address")


def _sms(topic: TopicKey, endpoint: str) -> None:
    if not is_phone_number(endpoint):
        raise InvalidSmsEndpoint(endpoint)


_CHECKS: Final[Mapping[str, Check]] = {
    "sqs": _sqs,
    "lambda": _lambda,
    "firehose": _firehose,
    "application": _application,
    "http": _url_with("http"),
    "https": _url_with("https"),
    "email": _email,
    "email-json": _email,
    "sms": _sms,
}
