"""Sessions of roles and federated users sign in by a link: a sign-in token, which temporary credentials buy.

The token is good for a quarter of an hour, and the console's session lasts as long as the credentials, or
for a role as long as was asked, twelve hours at most.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
"""

from __future__ import annotations

import dataclasses
import hmac
from typing import Final

from windsock.engine.identities import Identity, Session
from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.session_tokens import retold, told
from windsock.engine.sign_ins import ATTEMPT, Attempt, SignInFailed
from windsock.services.iam.errors import InvalidInput
from windsock.services.iam.limits import (
    CONSOLE_SESSION_SECONDS,
    SHORTEST_CONSOLE_SESSION_SECONDS,
    SIGN_IN_TOKEN_MS,
)

_PURPOSE: Final = "sign-in token"
_FAILED: Final = "Failed authentication"
_BEARERS: Final = ("role", "federated-user")


@command("GetSigninToken")
def get_signin_token(ctx: Command, params: Params) -> Result:
    """A `SigninToken` for temporary credentials: `AccessKeyId`, `SecretAccessKey`, `SessionToken`.

    `SessionDuration` are the seconds that the console's session may last. Raises SignInFailed, and
    InvalidInput for a duration that cannot be.
    """
    identity, session = _bearer(ctx, params)
    seconds = params.get("SessionDuration")
    if seconds is not None:
        if identity.kind != "role":
            raise InvalidInput("SessionDuration is for sessions of roles only.")
        if not SHORTEST_CONSOLE_SESSION_SECONDS <= seconds <= CONSOLE_SESSION_SECONDS:
            raise InvalidInput(
                f"SessionDuration must be from {SHORTEST_CONSOLE_SESSION_SECONDS} "
                f"to {CONSOLE_SESSION_SECONDS} seconds."
            )
        session = dataclasses.replace(session, expires_ms=ctx.now_ms + seconds * 1000)
    begun = dataclasses.replace(identity, session=session)
    token = ctx.engine.session_tokens.seal(_PURPOSE, [ctx.now_ms + SIGN_IN_TOKEN_MS, *told(begun)])
    return {ATTEMPT: Attempt("GetSigninToken", identity.account, identity), "SigninToken": token}


@command("FederatedConsoleLogin")
def federated_console_login(ctx: Command, params: Params) -> Result:
    """`Credentials` of the session that `SigninToken` was given for. `LoginTo` is the URL to be opened.

    Raises SignInFailed.
    """
    content = ctx.engine.session_tokens.unseal(_PURPOSE, params["SigninToken"])
    login_to = params.get("LoginTo", "")
    if content is None:
        raise SignInFailed(_FAILED)
    until_ms, *kept = content
    identity = retold(kept)
    attempt = Attempt("ConsoleLogin", identity.account, identity, login_to)
    session = identity.session
    if session is None or min(until_ms, session.expires_ms) <= ctx.now_ms:
        raise SignInFailed(_FAILED, attempt)
    issued = ctx.engine.session_tokens.issue(dataclasses.replace(identity, session=None), session)
    return {ATTEMPT: attempt, "Credentials": issued}


def _bearer(ctx: Command, params: Params) -> tuple[Identity, Session]:
    """Whose the credentials are: a role's session or a federated user. A user's buy nothing, as at AWS."""
    key = ctx.engine.identities.access_key(params["AccessKeyId"], params["SessionToken"])
    session = None if key is None else key.identity.session
    if key is None or session is None:
        raise SignInFailed(_FAILED)
    is_theirs = hmac.compare_digest(key.secret.encode(), params["SecretAccessKey"].encode())
    if not is_theirs or session.expires_ms <= ctx.now_ms or key.identity.kind not in _BEARERS:
        raise SignInFailed(_FAILED, Attempt("GetSigninToken", key.identity.account, key.identity))
    return key.identity, session
