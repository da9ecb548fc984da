"""LookupEvents: the management events of the last 90 days, newest first, by at most one attribute.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.engine.pages import InvalidPageToken, make_token, read_token
from windsock.kernel.clock import to_datetime, to_ms
from windsock.services.cloudtrail.errors import (
    InvalidLookupAttributes,
    InvalidMaxResults,
    InvalidNextToken,
    InvalidTimeRange,
)
from windsock.services.cloudtrail.limits import HISTORY_DAYS, LOOKUP_PAGE
from windsock.services.cloudtrail.recording import Unwritten
from windsock.services.cloudtrail.tables import events, resources
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

_DAY_MS: Final = 86_400_000
_LAST: Final = "~"  # sorts after every id


@waiting("LookupEvents")
async def lookup_events(ctx: Context, params: Params) -> Result:
    """A page of events. Insights events are not made here, so asking for them gives none."""
    size = params.get("MaxResults", LOOKUP_PAGE)
    if not 1 <= size <= LOOKUP_PAGE:
        raise InvalidMaxResults(f"Specify a number between 1 and {LOOKUP_PAGE} for MaxResults.")
    attributes = params.get("LookupAttributes") or []
    if len(attributes) > 1:
        raise InvalidLookupAttributes("You can specify only one lookup attribute.")
    conditions = [_about(ctx, attribute) for attribute in attributes]
    first, last = _range(ctx, params)
    if params.get("EventCategory"):
        return {"Events": []}
    await ctx.engine.part(Unwritten).write()
    before = _before(params)
    found = ctx.engine.store.read(lambda tx: _page(tx, ctx, conditions, first, last, before, size + 1))
    answer: dict[str, Any] = {"Events": [_shown(row, about) for row, about in found[:size]]}
    if len(found) > size:
        answer["NextToken"] = make_token(found[size - 1][0].id)
    return answer


def _range(ctx: Context, params: Params) -> tuple[int, int]:
    oldest = ctx.now_ms - HISTORY_DAYS * _DAY_MS
    first = max(to_ms(params["StartTime"]) if "StartTime" in params else oldest, oldest)
    last = to_ms(params["EndTime"]) if "EndTime" in params else ctx.now_ms
    if "StartTime" in params and "EndTime" in params and params["StartTime"] > params["EndTime"]:
        raise InvalidTimeRange("The start time must be before the end time.")
    return first, last


def _before(params: Params) -> str:
    token = params.get("NextToken")
    if token is None:
        return _LAST
    try:
        before: str = read_token(token, [""])[0]
    except InvalidPageToken as error:
        raise InvalidNextToken from error
    return before


def _about(ctx: Context, attribute: Mapping[str, str]) -> sa.ColumnElement[bool]:
    return _ATTRIBUTES[attribute["AttributeKey"]](attribute["AttributeValue"])


def _of_resource(column: sa.Column[Any], value: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        resources.c.account == events.c.account,
        resources.c.region == events.c.region,
        resources.c.event == events.c.id,
        column == value,
    )


_ATTRIBUTES: Final[Mapping[str, Callable[[str], sa.ColumnElement[bool]]]] = {
    "EventId": lambda value: events.c.event_id == value,
    "EventName": lambda value: events.c.name == value,
    "EventSource": lambda value: events.c.source == value,
    "Username": lambda value: events.c.username == value,
    "AccessKeyId": lambda value: events.c.access_key == value,
    "ReadOnly": lambda value: events.c.read_only == (value.lower() == "true"),
    "ResourceName": lambda value: _of_resource(resources.c.name, value),
    "ResourceType": lambda value: _of_resource(resources.c.type, value),
}


def _page(
    tx: Snapshot,
    ctx: Context,
    conditions: list[sa.ColumnElement[bool]],
    first_ms: int,
    last_ms: int,
    before: str,
    most: int,
) -> list[tuple[Row, list[Row]]]:
    account, region = ctx.scope
    found = tx.rows(
        sa.select(events)
        .where(
            events.c.account == account,
            events.c.region == region,
            events.c.id < before,
            events.c.time_ms.between(first_ms, last_ms),
            events.c.data == 0,
            *conditions,
        )
        .order_by(events.c.id.desc())
        .limit(most)
    )
    return [(row, _resources_of(tx, row)) for row in found]


def _resources_of(tx: Snapshot, event: Row) -> list[Row]:
    return tx.rows(
        sa.select(resources.c.type, resources.c.name).where(
            resources.c.account == event.account,
            resources.c.region == event.region,
            resources.c.event == event.id,
        )
    )


def _shown(row: Row, about: list[Row]) -> dict[str, Any]:
    shown = {
        "EventId": row.event_id,
        "EventName": row.name,
        "ReadOnly": "true" if row.read_only else "false",
        "AccessKeyId": row.access_key,
        "EventTime": to_datetime(row.time_ms),
        "EventSource": row.source,
        "Username": row.username,
        "Resources": [{"ResourceType": each.type, "ResourceName": each.name} for each in about],
        "CloudTrailEvent": row.body.decode(),
    }
    return {name: value for name, value in shown.items() if value or name == "Resources"}
