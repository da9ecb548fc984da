"""Who called, as CloudTrail tells it.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.calls import Caller
from windsock.kernel.arns import parse_arn


def user_identity(caller: Caller) -> dict[str, Any]:
    """The `userIdentity` of an event."""
    if caller.kind == "service":
        return {"type": "AWSService", "invokedBy": caller.principal}
    arn = parse_arn(caller.principal)
    kind, _, name = (arn.resource if arn else "").partition("/")
    identity: dict[str, Any] = {
        "type": "Root",
        "principalId": caller.account,
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
    return {member: value for member, value in identity.items() if value}


def username(caller: Caller) -> str:
    """What LookupEvents knows the caller by: the user, the session, or `root`."""
    if caller.kind == "service":
        return ""
    arn = parse_arn(caller.principal)
    name = arn.resource.rpartition("/")[2] if arn else ""
    return name or "root"


def _session(caller: Caller, kind: str, name: str) -> dict[str, Any]:
    """A session of a role: one taken by somebody, or by the service that `source_ip` names."""
    role = name.partition("/")[0] if kind == "assumed-role" else name.rpartition("/")[2]
    issuer = {
        "type": "Role",
        "arn": f"arn:aws:iam::{caller.account}:role/{name if kind == 'role' else role}",
        "accountId": caller.account,
        "userName": role,
    }
    taken: dict[str, Any] = {"sessionContext": {"sessionIssuer": issuer}}
    if caller.source_ip.endswith(".amazonaws.com"):
        taken["invokedBy"] = caller.source_ip
    return taken
