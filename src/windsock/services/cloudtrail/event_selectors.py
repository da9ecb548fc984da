"""Event selectors of trails.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.cloudtrail import trail_rows
from windsock.services.cloudtrail.active_trails import ActiveTrails, selectors_of
from windsock.services.cloudtrail.errors import InvalidEventSelectors
from windsock.services.cloudtrail.limits import (
    ADVANCED_CONDITIONS_PER_TRAIL,
    DATA_RESOURCES_PER_TRAIL,
    EVENT_SELECTORS_PER_TRAIL,
)
from windsock.services.cloudtrail.selectors import Selectors


@command("PutEventSelectors")
def put_event_selectors(ctx: Command, params: Params) -> Result:
    """Say which events a trail is for, in place of what was said before."""
    row = trail_rows.require_home(ctx.tx, ctx.scope, params["TrailName"])
    selectors = _checked(params)
    trail_rows.change(ctx.tx, row, selectors=orjson.dumps(selectors).decode())
    ctx.engine.part(ActiveTrails).changed(ctx.tx)
    return {"TrailARN": trail_rows.trail_arn(row), **selectors}


@query("GetEventSelectors")
def get_event_selectors(ctx: Query, params: Params) -> Result:
    """Which events a trail is for."""
    row = trail_rows.require(ctx.tx, ctx.scope, params["TrailName"])
    return {"TrailARN": trail_rows.trail_arn(row), **selectors_of(row)}


def _checked(params: Params) -> Selectors:
    basic, advanced = params.get("EventSelectors"), params.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced):
        raise InvalidEventSelectors("Specify either EventSelectors or AdvancedEventSelectors, and not both.")
    if advanced:
        return {"AdvancedEventSelectors": _advanced(advanced)}
    return {"EventSelectors": _basic(params["EventSelectors"])}


def _basic(selectors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(selectors) > EVENT_SELECTORS_PER_TRAIL:
        raise InvalidEventSelectors(f"A trail has at most {EVENT_SELECTORS_PER_TRAIL} event selectors.")
    values = sum(
        len(resource.get("Values", ()))
        for selector in selectors
        for resource in selector.get("DataResources", ())
    )
    if values > DATA_RESOURCES_PER_TRAIL:
        raise InvalidEventSelectors(f"A trail has at most {DATA_RESOURCES_PER_TRAIL} data resources.")
    return [
        {
            "ReadWriteType": selector.get("ReadWriteType", "All"),
            "IncludeManagementEvents": selector.get("IncludeManagementEvents", True),
            "DataResources": selector.get("DataResources", []),
            "ExcludeManagementEventSources": selector.get("ExcludeManagementEventSources", []),
        }
        for selector in selectors
    ]


def _advanced(selectors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    conditions = [condition for selector in selectors for condition in selector["FieldSelectors"]]
    if len(conditions) > ADVANCED_CONDITIONS_PER_TRAIL:
        raise InvalidEventSelectors(f"A trail has at most {ADVANCED_CONDITIONS_PER_TRAIL} conditions.")
    for selector in selectors:
        if not any(condition["Field"] == "eventCategory" for condition in selector["FieldSelectors"]):
            raise InvalidEventSelectors("Each advanced event selector must name an eventCategory.")
    return list(selectors)
