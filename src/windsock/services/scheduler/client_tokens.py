"""Client tokens: a request repeated with its token changes nothing again and gets the same answer.

Source: ClientToken in https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params
from windsock.services.scheduler.errors import Conflict
from windsock.services.scheduler.limits import CLIENT_TOKEN_KEPT_MS
from windsock.services.scheduler.tables import client_tokens as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement, upsert

_FIND = Statement(
    sa.select(table.c.request, table.c.answer).where(
        *in_scope(table),
        table.c.token == sa.bindparam("of_token"),
        table.c.made_ms > sa.bindparam("made_after"),
    )
)
_KEEP = Statement(upsert(table, "request", "answer", "made_ms"))
_FORGET = Statement(sa.delete(table).where(table.c.made_ms <= sa.bindparam("made_until")))


def once(ctx: Command, params: Params, change: Callable[[Command, Params], dict[str, Any]]) -> dict[str, Any]:
    """The answer of `change`, made only if no request with this token was made before.

    Raises Conflict where one was, with other parameters.
    """
    token: str | None = params.get("ClientToken")
    if token is None:
        return change(ctx, params)
    scope, oldest = ctx.scope, ctx.now_ms - CLIENT_TOKEN_KEPT_MS
    key = scope.columns
    request = orjson.dumps([ctx.call.operation, params], option=orjson.OPT_SORT_KEYS).decode()
    earlier = ctx.tx.row(_FIND, {**key, "of_token": token, "made_after": oldest})
    if earlier is not None:
        if earlier.request != request:
            raise Conflict(f"Client token {token} was used for a request with other parameters.")
        answered: dict[str, Any] = orjson.loads(earlier.answer)
        return answered
    answer = change(ctx, params)
    kept = {"token": token, "request": request, "answer": orjson.dumps(answer).decode()}
    ctx.tx.execute(_FORGET, {"made_until": oldest})
    ctx.tx.execute(_KEEP, {**key, **kept, "made_ms": ctx.now_ms})
    return answer
