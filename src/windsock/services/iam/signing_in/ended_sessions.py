"""Sessions that were ended before their time, by signing out: their credentials are nobody's from then on.

Kept until they would have ended by themselves.
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Result, command
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import ended_sessions
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

_rows = Rows(ended_sessions)
_OF_ACCOUNT = Statement(
    sa.select(ended_sessions.c.access_key).where(ended_sessions.c.account == sa.bindparam("account"))
)
_OVER = Statement(sa.delete(ended_sessions).where(ended_sessions.c.expires_ms <= sa.bindparam("now_ms")))


@command("EndConsoleSession")
def end_console_session(ctx: Command, params: Params) -> Result:
    """End the session that `AccessKeyId` and `SessionToken` are of, as somebody signs out of it."""
    key = ctx.engine.identities.access_key(params["AccessKeyId"], params["SessionToken"])
    if key is None or key.identity.session is None or _rows.find(ctx, access_key=key.id) is not None:
        return None
    ctx.tx.execute(_OVER, {"now_ms": ctx.now_ms})
    _rows.insert(ctx, access_key=key.id, expires_ms=key.identity.session.expires_ms)
    return None


def ended_keys(tx: Snapshot, account: str) -> frozenset[str]:
    """The access keys of the account's sessions that were ended."""
    return frozenset(row.access_key for row in tx.rows(_OF_ACCOUNT, {"account": account}))
