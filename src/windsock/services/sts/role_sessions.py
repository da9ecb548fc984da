"""A session of a role, however it was come by: credentials, and who the role is in it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from windsock.engine.identities import Federation, Identity, Principal, Session
from windsock.engine.operations import Context
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.scope import Scope
from windsock.services.sts.credentials import issued
from windsock.services.sts.errors import ValidationError
from windsock.services.sts.session_limits import SessionLimits

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\x21-\x7e]+")
_ID_LETTERS: Final = 17


@dataclass(frozen=True, slots=True)
class RoleSession:
    """A session that is to begin: of which role, under which name, for how long, and what it carries."""

    role: Arn
    name: str
    seconds: int
    limits: SessionLimits
    source_identity: str = ""
    mfa: bool = False
    federation: Federation | None = None


def begin(ctx: Context, asked: RoleSession) -> dict[str, Any]:
    """Begin it: what all operations that do answer alike."""
    role = ctx.engine.identities.principal(str(asked.role))
    role_id = role.unique_id if role is not None else _made_up_id(asked.role)
    arn = _session_arn(asked.role, asked.name)
    identity = Identity("role", asked.role.account, arn, f"{role_id}:{asked.name}")
    limits = asked.limits
    session = Session(
        issuer=str(asked.role),
        issuer_id=role_id,
        name=asked.name,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + asked.seconds * 1000,
        policies=limits.policies,
        policy_arns=limits.policy_arns,
        session_tags=limits.tags,
        transitive=limits.transitive,
        source_identity=asked.source_identity,
        mfa=asked.mfa,
        federation=asked.federation,
    )
    answer: dict[str, Any] = {
        "Credentials": issued(ctx, identity, session),
        "AssumedRoleUser": {"AssumedRoleId": identity.user_id, "Arn": identity.arn},
    }
    if limits.packed_percent:
        answer["PackedPolicySize"] = limits.packed_percent
    if asked.source_identity:
        answer["SourceIdentity"] = asked.source_identity
    return answer


def role_arn(text: str) -> Arn:
    """The ARN of a role. Raises ValidationError."""
    arn = parse_arn(text)
    if arn is None or _ROLE_ARN.fullmatch(text) is None:
        raise ValidationError(f"{text} is invalid")
    return arn


def refuse_longer(seconds: int, role: Principal | None) -> None:
    """Raises ValidationError for a session that is longer than its role allows."""
    if role is not None and seconds > role.max_session_seconds:
        raise ValidationError(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )


def _session_arn(role: Arn, name: str) -> str:
    role_name = role.resource.rpartition("/")[2]
    scope = Scope(role.account, f"{role.partition}-global")
    return scope.arn("sts", f"assumed-role/{role_name}/{name}")


def _made_up_id(role: Arn) -> str:
    """The unique id of a role that is not there, always the same."""
    digest = base64.b32encode(hashlib.sha256(str(role).encode()).digest()).decode()
    return f"AROA{digest[:_ID_LETTERS]}"
