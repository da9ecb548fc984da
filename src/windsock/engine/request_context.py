"""The condition keys every call has: where it comes from and goes to, when, and how its caller signed in.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from windsock.engine.calls import Call
from windsock.engine.organizations import Organizations
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import iso_seconds

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

ContextValue = str | tuple[str, ...]

# Services that say for whom they act by the older key too, which the default policy of a topic asks for.
# Auto Scaling is let in there as it acts by a role of the account's that AWS makes for it.
_TELLING_OWNER: Final = (
    "autoscaling.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "elasticache.amazonaws.com",
    "rds.amazonaws.com",
    "redshift.amazonaws.com",
)
_LOOPBACK: Final = ("127.", "::1")


class RequestContext(Mapping[str, ContextValue]):
    """The global condition keys of a call, but those that name its caller; found out when first looked at.

    Most policies have no conditions.
    """

    def __init__(self, engine: Engine, call: Call) -> None:
        self._engine = engine
        self._call = call

    @functools.cached_property
    def _keys(self) -> dict[str, ContextValue]:
        return _keys_of(self._engine, self._call)

    def __getitem__(self, key: str) -> ContextValue:
        return self._keys[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _keys_of(engine: Engine, call: Call) -> dict[str, ContextValue]:
    caller, now_ms = call.caller, engine.clock.now_ms()
    keys: dict[str, ContextValue] = {
        "aws:RequestedRegion": call.scope.region,
        "aws:CurrentTime": iso_seconds(now_ms),
        "aws:EpochTime": str(now_ms // 1000),
        "aws:UserAgent": caller.user_agent,
        "aws:SecureTransport": _secure(call),
        "aws:ViaAWSService": "false",
        **dict(caller.signing),
    }
    if caller.kind == "service" or (caller.kind == "role" and caller.session is None):
        taken = parse_arn(caller.through)
        source = caller.account if taken is None else taken.account
        keys["aws:SourceAccount"] = source
        keys |= organization_keys(engine, "Source", source)
        if caller.source_arn:
            keys["aws:SourceArn"] = caller.source_arn
        if caller.principal in _TELLING_OWNER:
            keys["aws:SourceOwner"] = caller.account
    elif caller.source_ip:
        keys["aws:SourceIp"] = caller.source_ip
    if caller.kind != "service":
        keys |= organization_keys(engine, "Principal", caller.account)
    session = caller.session
    if session is not None:
        keys["aws:TokenIssueTime"] = iso_seconds(session.issued_ms)
        keys["aws:MultiFactorAuthPresent"] = str(session.mfa).lower()
        if session.source_identity:
            keys["aws:SourceIdentity"] = session.source_identity
        if session.federation is not None:
            keys["aws:FederatedProvider"] = session.federation.provider
            keys |= session.federation.keys
    return keys


def organization_keys(engine: Engine, whose: str, account: str) -> dict[str, ContextValue]:
    """The condition keys of an account's organisation: `whose` is Principal, Resource or Source."""
    organizations = engine.part(Organizations)
    membership = organizations.of(account)
    if membership is None:
        return {}
    return {
        f"aws:{whose}OrgID": membership.organization,
        f"aws:{whose}OrgPaths": (organizations.guards(account).path,),
    }


def _secure(call: Call) -> str:
    """Whether nobody could listen: a call from inside, from this machine, or over TLS."""
    inside = not call.endpoint or call.caller.source_ip.startswith(_LOOPBACK)
    return "true" if inside or call.endpoint.startswith("https:") else "false"
