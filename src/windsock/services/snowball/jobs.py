"""Jobs: made, changed and cancelled while they are new, told to be received and returned, described.

Source: https://docs.aws.amazon.com/snowball/latest/api-reference/API_CreateJob.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import NotImplementedOperation
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.snowball import rows
from windsock.services.snowball.addresses import address_named
from windsock.services.snowball.errors import InvalidInputCombination, InvalidJobState, InvalidResource
from windsock.services.snowball.job_states import enter
from windsock.services.snowball.lists import listed
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

_NEEDED: Final = ("JobType", "Resources", "AddressId", "ShippingOption")
_NOT_THERE: Final = ("ClusterId", "LongTermPricingId", "PickupDetails")
_DEFAULTS: Final = {"SnowballType": "STANDARD", "SnowballCapacityPreference": "NoPreference"}

# What the customer tells of the device: in which state it can be told, and what follows.
_SHIPMENTS: Final = {
    "RECEIVED": ("InTransitToCustomer", "WithCustomer"),
    "RETURNED": ("WithCustomer", "InTransitToAWS"),
}


@command("CreateJob")
def create_job(ctx: Command, params: Params) -> Result:
    """Order a device."""
    _refuse_absent("CreateJob", params)
    missing = [name for name in _NEEDED if not params.get(name)]
    if missing:
        raise InvalidInputCombination(f"Job or cluster creation failed: {', '.join(missing)} is required.")
    address_named(ctx.tx, ctx.scope, params["AddressId"])
    job = f"JID{uuid4()}"
    enter(ctx.engine, ctx.tx, ctx.scope, job, "New", {**_DEFAULTS, **params}, ctx.now_ms)
    return {"JobId": job}


@command("UpdateJob")
def update_job(ctx: Command, params: Params) -> Result:
    """Change a new job."""
    _refuse_absent("UpdateJob", params)
    row = _new_job(ctx, params["JobId"])
    if "AddressId" in params:
        address_named(ctx.tx, ctx.scope, params["AddressId"])
    changes = {name: value for name, value in params.items() if name != "JobId"}
    settings = {**orjson.loads(row.settings), **changes}
    rows.put_job(ctx.tx, ctx.scope, row.id, row.state, settings, row.created_ms)
    return {}


@command("CancelJob")
def cancel_job(ctx: Command, params: Params) -> Result:
    """Cancel a new job."""
    row = _new_job(ctx, params["JobId"])
    enter(ctx.engine, ctx.tx, ctx.scope, row.id, "Cancelled", orjson.loads(row.settings), row.created_ms)
    return {}


@command("UpdateJobShipmentState")
def update_job_shipment_state(ctx: Command, params: Params) -> Result:
    """The customer has the device, or has sent it back."""
    row = job_named(ctx.tx, ctx.scope, params["JobId"])
    state, following = _SHIPMENTS[params["ShipmentState"]]
    if row.state != state:
        raise InvalidJobState
    enter(ctx.engine, ctx.tx, ctx.scope, row.id, following, orjson.loads(row.settings), row.created_ms)
    return {}


@query("DescribeJob")
def describe_job(ctx: Query, params: Params) -> Result:
    """One job."""
    row = job_named(ctx.tx, ctx.scope, params["JobId"])
    settings = orjson.loads(row.settings)
    metadata = {name: value for name, value in settings.items() if name != "ShippingOption"}
    return {
        "JobMetadata": {
            **metadata,
            **_outline(row, settings),
            "ShippingDetails": {"ShippingOption": settings["ShippingOption"]},
        }
    }


@query("ListJobs")
def list_jobs(ctx: Query, params: Params) -> Result:
    """All jobs."""

    def entry(row: Row) -> dict[str, Any]:
        return {**_outline(row, orjson.loads(row.settings)), "IsMaster": False}

    return listed("JobListEntries", rows.all_jobs(ctx.tx, ctx.scope), params, entry)


def job_named(tx: Snapshot, scope: Scope, job: str) -> Row:
    """The job of that id. Raises InvalidResource."""
    row = rows.job(tx, scope, job)
    if row is None:
        raise InvalidResource
    return row


def _new_job(ctx: Command, job: str) -> Row:
    row = job_named(ctx.tx, ctx.scope, job)
    if row.state != "New":
        raise InvalidJobState
    return row


def _refuse_absent(operation: str, params: Params) -> None:
    for name in _NOT_THERE:
        if name in params:
            raise NotImplementedOperation("snowball", f"{operation} with {name}")


def _outline(row: Row, settings: Mapping[str, Any]) -> dict[str, Any]:
    shown = ("JobType", "SnowballType", "Description")
    return {
        "JobId": row.id,
        "JobState": row.state,
        "CreationDate": to_datetime(row.created_ms),
        **{name: settings[name] for name in shown if name in settings},
    }
