"""Who called, as CloudTrail tells it.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.engine.calls import Caller, CallerKind
from windsock.kernel.arns import parse_arn

_VOUCHED_FOR: Final[Mapping[CallerKind, str]] = {
    "web-identity-user": "WebIdentityUser",
    "saml-user": "SAMLUser",
}


def user_identity(caller: Caller) -> dict[str, Any]:
    """The `userIdentity` of an event."""
    if caller.kind == "service":
        return {"type": "AWSService", "invokedBy": caller.principal}
    if caller.kind in _VOUCHED_FOR:
        return _vouched_for(caller)
    if caller.kind == "anonymous":
        return {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}
    arn = parse_arn(caller.principal)
    kind, _, name = (arn.resource if arn else "").partition("/")
    identity: dict[str, Any] = {
        "type": "Root",
        "principalId": caller.user_id or caller.account,
        "arn": caller.principal,
        "accountId": caller.account,
        "accessKeyId": caller.access_key,
    }
    if kind == "user":
        identity |= {"type": "IAMUser", "userName": name.rpartition("/")[2]}
    elif kind in ("role", "assumed-role"):
        identity |= {"type": "AssumedRole"} | _session(caller, kind, name)
    elif kind == "federated-user":
        identity |= {"type": "FederatedUser"}
    if caller.source_ip.endswith(".amazonaws.com"):  # a service calls for them
        identity["invokedBy"] = caller.source_ip
    return {member: value for member, value in identity.items() if value}


def username(caller: Caller) -> str:
    """What LookupEvents knows the caller by: the user, the session, or `root`."""
    if caller.kind in ("service", "anonymous"):
        return ""
    if caller.kind in _VOUCHED_FOR:
        return caller.name
    arn = parse_arn(caller.principal)
    name = arn.resource.rpartition("/")[2] if arn else ""
    return name or "root"


def _vouched_for(caller: Caller) -> dict[str, Any]:
    """A SAML provider is told by the hash that the user's id begins with (STS's NameQualifier)."""
    provider = caller.user_id.partition(":")[0] if caller.kind == "saml-user" else caller.principal
    return {
        "type": _VOUCHED_FOR[caller.kind],
        "principalId": caller.user_id,
        "userName": caller.name,
        "identityProvider": provider,
    }


def _session(caller: Caller, kind: str, name: str) -> dict[str, Any]:
    """A session of a role: one taken by somebody, or by the service that `source_ip` names."""
    role = name.partition("/")[0] if kind == "assumed-role" else name.rpartition("/")[2]
    issuer = {
        "type": "Role",
        "arn": f"arn:aws:iam::{caller.account}:role/{name if kind == 'role' else role}",
        "accountId": caller.account,
        "userName": role,
    }
    context: dict[str, Any] = {"sessionIssuer": issuer}
    federation = caller.session.federation if caller.session is not None else None
    if federation is not None and ":oidc-provider/" in federation.provider:
        context["webIdFederationData"] = {
            "federatedProvider": federation.provider,
            "attributes": dict(federation.keys),
        }
    return {"sessionContext": context}
