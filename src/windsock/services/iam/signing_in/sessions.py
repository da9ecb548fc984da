"""The session of a console: credentials of whoever signed in, good for twelve hours.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/console.html
"""

from __future__ import annotations

from windsock.engine.identities import Identity, Session
from windsock.engine.operations import Context
from windsock.engine.session_tokens import Credentials
from windsock.services.iam.limits import CONSOLE_SESSION_SECONDS


def begin_session(ctx: Context, identity: Identity, *, mfa: bool) -> Credentials:
    """Credentials of a user or root, who has no session yet."""
    session = Session(
        issuer=identity.arn,
        issuer_id=identity.user_id,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + CONSOLE_SESSION_SECONDS * 1000,
        mfa=mfa,
    )
    return ctx.engine.session_tokens.issue(identity, session)
