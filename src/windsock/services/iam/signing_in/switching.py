"""Switching to a role: whoever is signed in assumes it, and goes on as its session.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.engine.session_tokens import Credentials
from windsock.engine.sign_ins import ATTEMPT, Attempt
from windsock.kernel.clock import to_ms
from windsock.services.iam.limits import DEFAULT_SESSION_SECONDS, SHORTEST_CONSOLE_SESSION_SECONDS


@waiting("SwitchRole")
async def switch_role(ctx: Context, params: Params) -> Result:
    """`Credentials` of the role `RoleArn` for whoever calls; `LoginTo` is the URL to be opened.

    Raises what AssumeRole does: whether the caller may is decided there.
    """
    caller, arn = ctx.call.caller, params["RoleArn"]
    _, is_named, name = caller.principal.rpartition("/")
    asked = {
        "RoleArn": arn,
        "RoleSessionName": name if is_named else "root",
        "DurationSeconds": _seconds(ctx, arn),
    }
    assumed = await ctx.engine.call("sts", "AssumeRole", asked, caller=caller, scope=ctx.scope) or {}
    credentials = _credentials(assumed["Credentials"])
    key = ctx.engine.identities.access_key(credentials.access_key, credentials.session_token)
    if key is None:
        raise LookupError("STS gave credentials that are not known here.")
    attempt = Attempt(
        "SwitchRole",
        key.identity.account,
        key.identity,
        params["LoginTo"],
        switched_from=caller.principal,
    )
    return {ATTEMPT: attempt, "Credentials": credentials}


def _seconds(ctx: Context, arn: str) -> int:
    """As long as the role lets it, but no longer than the session of the caller; an hour for other roles."""
    role, session = ctx.engine.identities.principal(arn), ctx.call.caller.session
    longest = DEFAULT_SESSION_SECONDS if role is None else role.max_session_seconds
    if session is None:
        return longest
    if ctx.call.caller.kind == "role":
        longest = min(longest, DEFAULT_SESSION_SECONDS)
    left = (session.expires_ms - ctx.now_ms) // 1000
    return max(min(longest, left), SHORTEST_CONSOLE_SESSION_SECONDS)


def _credentials(given: dict[str, Any]) -> Credentials:
    return Credentials(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], to_ms(given["Expiration"])
    )
