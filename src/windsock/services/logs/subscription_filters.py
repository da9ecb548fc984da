"""Subscription filters: put, shown and deleted. What they match is sent on by `subscription_deliveries`.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html,
API_DescribeSubscriptionFilters.html and API_DeleteSubscriptionFilter.html beside it.
"""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.services.logs.errors import LimitExceeded, ResourceNotFound
from windsock.services.logs.limits import SUBSCRIPTION_FILTERS_PER_GROUP
from windsock.services.logs.lookups import get_group
from windsock.services.logs.pages import by_name, limit_of, page_of, prefix_range
from windsock.services.logs.patterns import parse_pattern
from windsock.services.logs.subscription_deliveries import Subscriptions
from windsock.services.logs.subscription_receivers import check_receiver
from windsock.services.logs.tables import subscription_filters as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Transaction

_PUT = Statement(upsert(table, "pattern", "destination_arn", "role_arn", "distribution", "options"))
_OF_GROUP = (
    *in_scope(table),
    table.c.group_name == sa.bindparam("of_group"),
)
_NAMES = Statement(sa.select(table.c.name).where(*_OF_GROUP))
_DELETE = Statement(sa.delete(table).where(*_OF_GROUP, table.c.name == sa.bindparam("of_name")))
_LIST = Statement(
    sa.select(table)
    .where(
        *_OF_GROUP,
        table.c.name >= sa.bindparam("of_first"),
        table.c.name < sa.bindparam("of_last"),
        table.c.name > sa.bindparam("of_after"),
    )
    .order_by(table.c.name)
    .limit(sa.bindparam("most"))
)

# Members that are kept as they came.
_OPTIONS = ("fieldSelectionCriteria", "emitSystemFields")


@waiting("PutSubscriptionFilter")
async def put_subscription_filter(ctx: Context, params: Params) -> Result:
    """Make a filter or replace it, once its destination has been found to be there."""
    ctx.engine.store.read(lambda tx: get_group(tx, ctx.scope, params["logGroupName"]))
    parse_pattern(params["filterPattern"])
    await check_receiver(ctx, params["logGroupName"], params["destinationArn"], params.get("roleArn"))
    await ctx.engine.store.write(lambda tx: _put(ctx, tx, params))
    return {}


def _put(ctx: Context, tx: Transaction, params: Params) -> None:
    group = get_group(tx, ctx.scope, params["logGroupName"])
    there = {row.name for row in tx.rows(_NAMES, {**ctx.scope.columns, "of_group": group.name})}
    if params["filterName"] not in there and len(there) >= SUBSCRIPTION_FILTERS_PER_GROUP:
        raise LimitExceeded
    options = {member: params[member] for member in _OPTIONS if params.get(member) is not None}
    options["applyOnTransformedLogs"] = bool(params.get("applyOnTransformedLogs"))
    tx.execute(
        _PUT,
        {
            **ctx.scope.columns,
            "group_name": group.name,
            "name": params["filterName"],
            "pattern": params["filterPattern"],
            "destination_arn": params["destinationArn"],
            "role_arn": params.get("roleArn"),
            "distribution": params.get("distribution") or "ByLogStream",
            "options": orjson.dumps(options).decode(),
            "created_ms": ctx.now_ms,
        },
    )
    ctx.engine.part(Subscriptions).changed(ctx.scope, group.name)


@query("DescribeSubscriptionFilters")
def describe_subscription_filters(ctx: Query, params: Params) -> Result:
    """The filters of a group, by name."""
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    limit = limit_of(params)
    values: dict[str, Any] = {
        **ctx.scope.columns,
        **prefix_range(params, "filterNamePrefix"),
        "of_group": group.name,
        "most": limit + 1,
    }
    return page_of("subscriptionFilters", ctx.tx.rows(_LIST, values), limit, by_name, _described)


@command("DeleteSubscriptionFilter")
def delete_subscription_filter(ctx: Command, params: Params) -> Result:
    """Delete a filter."""
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    which = {**ctx.scope.columns, "of_group": group.name, "of_name": params["filterName"]}
    if not ctx.tx.execute(_DELETE, which):
        raise ResourceNotFound("The specified subscription filter does not exist.")
    ctx.engine.part(Subscriptions).changed(ctx.scope, group.name)
    return {}


def _described(row: Row) -> dict[str, Any]:
    shown = {
        "filterName": row.name,
        "logGroupName": row.group_name,
        "filterPattern": row.pattern,
        "destinationArn": row.destination_arn,
        "distribution": row.distribution,
        "creationTime": row.created_ms,
        **orjson.loads(row.options),
    }
    if row.role_arn is not None:
        shown["roleArn"] = row.role_arn
    return shown
