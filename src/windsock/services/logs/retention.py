"""How long a group keeps its events.

An expired event is not shown from the very instant on; `sweeping` removes it from the disk later,
as AWS does, so that a policy taken back within a day has lost nothing.
Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Result, command
from windsock.services.logs import sweeping
from windsock.services.logs.errors import InvalidParameter, NoSuchGroup
from windsock.services.logs.limits import RETENTION_DAYS
from windsock.services.logs.tables import groups
from windsock.store.schema import in_scope
from windsock.store.statements import Statement

_SET = Statement(
    sa.update(groups)
    .where(
        *in_scope(groups),
        groups.c.name == sa.bindparam("of_name"),
    )
    .values(retention_days=sa.bindparam("to_days"))
)


@command("PutRetentionPolicy")
def put_retention_policy(ctx: Command, params: Params) -> Result:
    """Keep the events of a group for so many days."""
    days: int = params["retentionInDays"]
    if days not in RETENTION_DAYS:
        allowed = ", ".join(str(each) for each in RETENTION_DAYS)
        raise InvalidParameter(
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{allowed}]"
        )
    _set(ctx, params, days)
    sweeping.start_expiring(ctx.engine, ctx.tx, ctx.scope, params["logGroupName"])
    return {}


@command("DeleteRetentionPolicy")
def delete_retention_policy(ctx: Command, params: Params) -> Result:
    """Keep the events of a group for ever."""
    _set(ctx, params, None)
    sweeping.stop_expiring(ctx.engine, ctx.tx, ctx.scope, params["logGroupName"])
    return {}


def _set(ctx: Command, params: Params, days: int | None) -> None:
    changed = ctx.tx.execute(_SET, {**ctx.scope.columns, "of_name": params["logGroupName"], "to_days": days})
    if not changed:
        raise NoSuchGroup
