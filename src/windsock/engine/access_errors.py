"""Access denied, as each service words it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html and the pages on
errors of the services' API references.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from windsock.kernel.errors import AwsError, UnknownService
from windsock.kernel.models import protocols
from windsock.languages.policies import Principal

# Code and status by the protocol a service speaks first, and of those that differ.
_BY_PROTOCOL: Final[Mapping[str, tuple[str, int]]] = {
    "query": ("AccessDenied", 403),
    "rest-xml": ("AccessDenied", 403),
    "rest-json": ("AccessDeniedException", 403),
    "ec2": ("UnauthorizedOperation", 403),
}
_OTHERWISE: Final = ("AccessDeniedException", 400)
_BY_SERVICE: Final[Mapping[str, tuple[str, int]]] = {
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDenied", 403),
    "cloudwatch": ("AccessDenied", 403),
}
# Who does not sign is told no more.
_NOBODY: Final = Principal.anonymous().arn


class AccessDenied(AwsError):
    """A call that its caller may not make; the code is the service's."""

    code = "AccessDenied"
    status = 403


def access_denied(service: str, user: str, action: str, resource: str, reason: str) -> AccessDenied:
    """The error of a service (botocore's name). `user` is an ARN or a service; `reason` ends the message."""
    code, status = _BY_SERVICE.get(service) or _of_protocol(service)
    message = (
        "Access Denied" if user == _NOBODY else access_denied_message(service, user, action, resource, reason)
    )
    return AccessDenied(message, code=code, status=status)


def not_trusted(action: str) -> AccessDenied:
    """What STS says to those whom an identity provider vouches for: nothing of the role and its policy."""
    return AccessDenied(f"Not authorized to perform {action}")


def access_denied_message(service: str, user: str, action: str, resource: str, reason: str) -> str:
    """What the error says."""
    spelled = _spelled(action)
    quoted = f'"{resource}"' if service == "s3" else resource
    where = "" if resource == "*" else f" on resource: {quoted}"
    said = f"User: {user} is not authorized to perform: {spelled}{where} {reason.replace(action, spelled)}"
    return f"You are not authorized to perform this operation. {said}" if service == "ec2" else said


def _spelled(action: str) -> str:
    """An action as its service's messages spell it."""
    if action.startswith("sqs:"):
        return action.lower()
    return f"SNS:{action.removeprefix('sns:')}" if action.startswith("sns:") else action


def _of_protocol(service: str) -> tuple[str, int]:
    try:
        return _BY_PROTOCOL.get(protocols(service)[0], _OTHERWISE)
    except UnknownService:
        return _OTHERWISE
