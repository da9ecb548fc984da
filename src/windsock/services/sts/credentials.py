"""Temporary credentials in an answer, and the one-time code that may be asked for them."""

from __future__ import annotations

from typing import Any

from windsock.engine.identities import Identity, Session
from windsock.engine.operations import Context, Params
from windsock.kernel.clock import to_datetime
from windsock.services.sts.errors import AccessDenied


def issued(ctx: Context, identity: Identity, session: Session) -> dict[str, Any]:
    """`Credentials` of a new session."""
    credentials = ctx.engine.session_tokens.issue(identity, session)
    return {
        "AccessKeyId": credentials.access_key,
        "SecretAccessKey": credentials.secret,
        "SessionToken": credentials.session_token,
        "Expiration": to_datetime(credentials.expires_ms),
    }


def by_mfa(ctx: Context, params: Params) -> bool:
    """Whether the caller showed a one-time code of a device. Raises AccessDenied for a wrong one."""
    serial, code = params.get("SerialNumber"), params.get("TokenCode")
    if serial is None and code is None:
        return False
    holds = ctx.engine.identities.mfa_code_holds(ctx.call.caller.user_id, serial or "", code or "")
    if holds is None:
        raise AccessDenied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial "
            "number is valid and associated with this user."
        )
    if not holds:
        raise AccessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code.")
    return True
