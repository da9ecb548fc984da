"""What a user has shown so far while signing in: the password, then a one-time code. Good for minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from windsock.engine.operations import Context
from windsock.services.iam.limits import SIGN_IN_STEPS_MS

_PURPOSE: Final = "signing in"


@dataclass(frozen=True, slots=True)
class Proof:
    """The user (by its unique id) whose password was shown, and the device whose code was, if one was."""

    user_id: str
    mfa_serial: str = ""

    def sealed(self, ctx: Context) -> str:
        """The proof as a text to come back with; it is of this account only."""
        until_ms = ctx.now_ms + SIGN_IN_STEPS_MS
        content = [ctx.scope.account, until_ms, self.user_id, self.mfa_serial]
        return ctx.engine.session_tokens.seal(_PURPOSE, content)


def read_proof(ctx: Context, sealed: str) -> Proof | None:
    """The proof that was sealed; None for one that is too old, or is none."""
    content = ctx.engine.session_tokens.unseal(_PURPOSE, sealed)
    if content is None:
        return None
    account, until_ms, user_id, mfa_serial = content
    if account != ctx.scope.account or until_ms <= ctx.now_ms:
        return None
    return Proof(user_id, mfa_serial)
