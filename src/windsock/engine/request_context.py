"""The condition keys every call has: where it comes from and goes to, when, and how its caller signed in.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from windsock.engine.calls import Call
from windsock.kernel.clock import iso_seconds

LOOPBACK = ("127.", "::1")


def request_context(call: Call, now_ms: int) -> dict[str, str | tuple[str, ...]]:
    """The global condition keys of a call, but those that say who its caller is."""
    caller = call.caller
    keys: dict[str, str | tuple[str, ...]] = {
        "aws:RequestedRegion": call.scope.region,
        "aws:CurrentTime": iso_seconds(now_ms),
        "aws:EpochTime": str(now_ms // 1000),
        "aws:UserAgent": caller.user_agent,
        "aws:SecureTransport": _secure(call),
        "aws:ViaAWSService": "false",
    }
    if caller.kind == "service" or (caller.kind == "role" and caller.session is None):
        keys["aws:SourceAccount"] = caller.account
        if caller.source_arn:
            keys["aws:SourceArn"] = caller.source_arn
    elif caller.source_ip:
        keys["aws:SourceIp"] = caller.source_ip
    session = caller.session
    if session is not None:
        keys["aws:TokenIssueTime"] = iso_seconds(session.issued_ms)
        keys["aws:MultiFactorAuthPresent"] = str(session.mfa).lower()
        if session.source_identity:
            keys["aws:SourceIdentity"] = session.source_identity
    return keys


def _secure(call: Call) -> str:
    """Whether nobody could listen: a call from inside, from this machine, or over TLS."""
    inside = not call.endpoint or call.caller.source_ip.startswith(LOOPBACK)
    return "true" if inside or call.endpoint.startswith("https:") else "false"
