"""What events affect.

Source: https://docs.aws.amazon.com/health/latest/APIReference/API_DescribeAffectedEntities.html
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.clock import to_datetime
from windsock.services.health import event_rows
from windsock.services.health.filters import chosen_entities
from windsock.services.health.pages import page_of
from windsock.store.statements import Row


@query("DescribeAffectedEntities")
def describe_affected_entities(ctx: Query, params: Params) -> Result:
    """The entities that the events named affect."""
    rows = event_rows.all_entities(ctx.tx, ctx.scope.of_account)
    found = chosen_entities(rows, params["filter"])
    return page_of("entities", found, params, _key, lambda row: _shown(ctx, row))


@query("DescribeEntityAggregates")
def describe_entity_aggregates(ctx: Query, params: Params) -> Result:
    """How many entities each event affects."""
    wanted = params.get("eventArns")
    counts = Counter(row.event for row in event_rows.all_entities(ctx.tx, ctx.scope.of_account))
    arns = wanted if wanted is not None else sorted(counts)
    return {"entityAggregates": [{"eventArn": arn, "count": counts[arn]} for arn in arns]}


def _key(row: Row) -> str:
    return f"{row.event} {row.value}"


def _shown(ctx: Query, row: Row) -> dict[str, Any]:
    return {
        "entityArn": event_rows.entity_arn(row),
        "eventArn": row.event,
        "entityValue": row.value,
        "awsAccountId": ctx.scope.account,
        "lastUpdatedTime": to_datetime(row.updated_ms),
        "statusCode": row.status,
        "tags": orjson.loads(row.tags),
    }
