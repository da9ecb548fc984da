"""Starting and stopping a trail's logging, and how its deliveries go.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import iso_seconds, to_datetime
from windsock.services.cloudtrail import digests, trail_rows
from windsock.services.cloudtrail.active_trails import ActiveTrails
from windsock.services.cloudtrail.trail_rows import viewer


@command("StartLogging")
def start_logging(ctx: Command, params: Params) -> Result:
    """Have a trail log; one that does already is left as it is."""
    return _turn(ctx, params["Name"], on=True)


@command("StopLogging")
def stop_logging(ctx: Command, params: Params) -> Result:
    """Have a trail log no more; what it has logged is still delivered."""
    return _turn(ctx, params["Name"], on=False)


@query("GetTrailStatus")
def get_trail_status(ctx: Query, params: Params) -> Result:
    """Whether a trail logs, and how its last deliveries went; one of another region is named by its ARN."""
    row = trail_rows.require_own(ctx.tx, viewer(ctx), params["Name"])
    status: dict[str, Any] = orjson.loads(row.status)
    answer = {
        name: to_datetime(value) if name.endswith("Time") else value for name, value in status.items()
    } | {"IsLogging": bool(row.logging)}
    # The same once more as text, which the API has kept from its first days.
    for old, name in _TEXTS.items():
        answer[old] = iso_seconds(status[name]) if name in status else ""
    return answer


_TEXTS = {
    "TimeLoggingStarted": "StartLoggingTime",
    "TimeLoggingStopped": "StopLoggingTime",
    "LatestDeliveryAttemptTime": "LatestDeliveryTime",
    "LatestDeliveryAttemptSucceeded": "LatestDeliveryTime",
    "LatestNotificationAttemptTime": "LatestNotificationTime",
    "LatestNotificationAttemptSucceeded": "LatestNotificationTime",
}


def _turn(ctx: Command, name: str, *, on: bool) -> Result:
    row = trail_rows.require_home(ctx.tx, viewer(ctx), name)
    if bool(row.logging) != on:
        status = orjson.loads(row.status) | {f"{'Start' if on else 'Stop'}LoggingTime": ctx.now_ms}
        trail_rows.change(ctx.tx, row, logging=int(on), status=orjson.dumps(status).decode())
        digests.changed(ctx.engine, ctx.tx, row, trail_rows.require(ctx.tx, viewer(ctx), row.name))
        ctx.engine.part(ActiveTrails).changed(ctx.tx)
    return {}
