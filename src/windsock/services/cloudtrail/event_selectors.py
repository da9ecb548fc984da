"""Event selectors of trails.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
"""

from __future__ import annotations

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.cloudtrail import trail_rows
from windsock.services.cloudtrail.active_trails import ActiveTrails, selectors_of
from windsock.services.cloudtrail.selector_checks import checked
from windsock.services.cloudtrail.trail_rows import viewer


@command("PutEventSelectors")
def put_event_selectors(ctx: Command, params: Params) -> Result:
    """Say which events a trail is for, in place of what was said before."""
    row = trail_rows.require_home(ctx.tx, viewer(ctx), params["TrailName"])
    selectors = checked(params)
    trail_rows.change(ctx.tx, row, selectors=orjson.dumps(selectors).decode())
    ctx.engine.part(ActiveTrails).changed(ctx.tx)
    return {"TrailARN": trail_rows.trail_arn(row), **selectors}


@query("GetEventSelectors")
def get_event_selectors(ctx: Query, params: Params) -> Result:
    """Which events a trail is for."""
    row = trail_rows.require(ctx.tx, viewer(ctx), params["TrailName"])
    return {"TrailARN": trail_rows.trail_arn(row), **selectors_of(row)}
