"""Events: listed, told in full, counted.

Source: https://docs.aws.amazon.com/health/latest/APIReference/API_DescribeEvents.html and the pages of the
other operations beside it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.clock import to_datetime
from windsock.services.health import event_rows
from windsock.services.health.filters import chosen_events
from windsock.services.health.pages import page_of
from windsock.store.statements import Row


@query("DescribeEvents")
def describe_events(ctx: Query, params: Params) -> Result:
    """The events that the filter lets through, those that changed last first."""
    return page_of("events", _found(ctx, params), params, lambda row: row.arn, _shown)


@query("DescribeEventDetails")
def describe_event_details(ctx: Query, params: Params) -> Result:
    """Events by their ARNs, with their descriptions; those that are not there are told of."""
    by_arn = {row.arn: row for row in event_rows.all_events(ctx.tx, ctx.scope.of_account)}
    wanted = params["eventArns"]
    return {
        "successfulSet": [_detailed(by_arn[arn]) for arn in wanted if arn in by_arn],
        "failedSet": [_missing(arn) for arn in wanted if arn not in by_arn],
    }


@query("DescribeEventTypes")
def describe_event_types(ctx: Query, params: Params) -> Result:
    """The types of the events that there are: AWS's catalogue of types is not public."""
    rows = event_rows.all_events(ctx.tx, ctx.scope.of_account)
    types = sorted({(row.code, row.service, row.category) for row in rows})
    wanted = params.get("filter", {})
    tests = (("eventTypeCodes", 0), ("services", 1), ("eventTypeCategories", 2))
    for name, position in tests:
        if wanted.get(name):
            types = [each for each in types if each[position] in wanted[name]]
    return page_of(
        "eventTypes",
        types,
        params,
        "/".join,
        lambda each: {"code": each[0], "service": each[1], "category": each[2]},
    )


@query("DescribeEventAggregates")
def describe_event_aggregates(ctx: Query, params: Params) -> Result:
    """How many events there are of each category."""
    counts = sorted(Counter(row.category for row in _found(ctx, params)).items())
    return page_of(
        "eventAggregates",
        counts,
        params,
        lambda each: each[0],
        lambda each: {"aggregateValue": each[0], "count": each[1]},
    )


def _found(ctx: Query, params: Params) -> list[Row]:
    scope = ctx.scope.of_account
    return chosen_events(
        event_rows.all_events(ctx.tx, scope), event_rows.all_entities(ctx.tx, scope), params.get("filter", {})
    )


def _shown(row: Row) -> dict[str, Any]:
    shown = {
        "arn": row.arn,
        "service": row.service,
        "eventTypeCode": row.code,
        "eventTypeCategory": row.category,
        "eventScopeCode": row.scope_code,
        "region": row.event_region,
        "availabilityZone": row.zone,
        "startTime": to_datetime(row.start_ms),
        "endTime": None if row.end_ms is None else to_datetime(row.end_ms),
        "lastUpdatedTime": to_datetime(row.updated_ms),
        "statusCode": row.status,
    }
    return {name: value for name, value in shown.items() if value not in (None, "")}


def _detailed(row: Row) -> dict[str, Any]:
    return {
        "event": _shown(row),
        "eventDescription": {"latestDescription": row.description},
        "eventMetadata": orjson.loads(row.metadata),
    }


def _missing(arn: str) -> dict[str, str]:
    return {"eventArn": arn, "errorName": "InvalidArn", "errorMessage": f"Event {arn} was not found."}
