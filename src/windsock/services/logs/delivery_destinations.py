"""Delivery destinations: where the logs that AWS services vend may go, and who may send them there.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliveryDestination.html
and the pages of the other operations beside it; answers as recorded at AWS.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.logs.errors import ResourceNotFound
from windsock.services.logs.pages import by_name, last_name, limit_of, page_of
from windsock.services.logs.tables import delivery_destinations as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot

# The type of a destination, by the service of the resource it names.
_TYPES: Final = {"s3": "S3", "logs": "CWL", "firehose": "FH"}

_PUT = Statement(upsert(table, "type", "resource_arn", "output_format"))
_OF_DESTINATION = sa.and_(
    *in_scope(table),
    table.c.name == sa.bindparam("of_name"),
)
_FIND = Statement(sa.select(table).where(_OF_DESTINATION))
_DELETE = Statement(sa.delete(table).where(_OF_DESTINATION))
_SET_POLICY = Statement(sa.update(table).where(_OF_DESTINATION).values(policy=sa.bindparam("to_policy")))
_LIST = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.name > sa.bindparam("of_after"),
    )
    .order_by(table.c.name)
    .limit(sa.bindparam("most"))
)


@command("PutDeliveryDestination")
def put_delivery_destination(ctx: Command, params: Params) -> Result:
    """Make a delivery destination or change it; its policy and tags stay."""
    name: str = params["name"]
    before = ctx.tx.row(_FIND, {**ctx.scope.columns, "of_name": name})
    resource = (params.get("deliveryDestinationConfiguration") or {}).get("destinationResourceArn")
    output_format = params.get("outputFormat") or (before.output_format if before is not None else None)
    ctx.tx.execute(
        _PUT,
        {
            **ctx.scope.columns,
            "name": name,
            "type": _type(resource, params.get("deliveryDestinationType")),
            "resource_arn": resource,
            "output_format": output_format,
            "policy": None,
            "tags": orjson.dumps(params.get("tags") or {}).decode(),
        },
    )
    return {"deliveryDestination": _described(ctx.scope, _get(ctx.tx, ctx.scope, name))}


@query("GetDeliveryDestination")
def get_delivery_destination(ctx: Query, params: Params) -> Result:
    """One delivery destination."""
    return {"deliveryDestination": _described(ctx.scope, _get(ctx.tx, ctx.scope, params["name"]))}


@query("DescribeDeliveryDestinations")
def describe_delivery_destinations(ctx: Query, params: Params) -> Result:
    """The delivery destinations, all or some, by name."""
    if params.get("names") is not None:
        values = ctx.scope.columns
        found = [ctx.tx.row(_FIND, {**values, "of_name": name}) for name in sorted(set(params["names"]))]
        return {"deliveryDestinations": [_described(ctx.scope, row) for row in found if row is not None]}
    limit = limit_of(params)
    rows = ctx.tx.rows(_LIST, {**ctx.scope.columns, "of_after": last_name(params), "most": limit + 1})
    return page_of("deliveryDestinations", rows, limit, by_name, lambda row: _described(ctx.scope, row))


@command("DeleteDeliveryDestination")
def delete_delivery_destination(ctx: Command, params: Params) -> Result:
    """Delete a delivery destination."""
    if not ctx.tx.execute(_DELETE, {**ctx.scope.columns, "of_name": params["name"]}):
        raise _no_such_destination()
    return {}


@command("PutDeliveryDestinationPolicy")
def put_delivery_destination_policy(ctx: Command, params: Params) -> Result:
    """Say which accounts may deliver to a delivery destination."""
    policy: str = params["deliveryDestinationPolicy"]
    try:
        orjson.loads(policy)
    except orjson.JSONDecodeError as error:
        raise ValidationError("The specified delivery destination policy is not valid JSON.") from error
    _set_policy(ctx, params, policy)
    return {"policy": {"deliveryDestinationPolicy": policy}}


@query("GetDeliveryDestinationPolicy")
def get_delivery_destination_policy(ctx: Query, params: Params) -> Result:
    """The policy of a delivery destination, if it has one."""
    row = _get(ctx.tx, ctx.scope, params["deliveryDestinationName"])
    return {"policy": {} if row.policy is None else {"deliveryDestinationPolicy": row.policy}}


@command("DeleteDeliveryDestinationPolicy")
def delete_delivery_destination_policy(ctx: Command, params: Params) -> Result:
    """Take the policy of a delivery destination away."""
    _set_policy(ctx, params, None)
    return {}


def _set_policy(ctx: Command, params: Params, policy: str | None) -> None:
    which = {**ctx.scope.columns, "of_name": params["deliveryDestinationName"]}
    if not ctx.tx.execute(_SET_POLICY, {**which, "to_policy": policy}):
        raise _no_such_destination()


def _get(tx: Snapshot, scope: Scope, name: str) -> Row:
    row = tx.row(_FIND, {**scope.columns, "of_name": name})
    if row is None:
        raise _no_such_destination()
    return row


def _no_such_destination() -> ResourceNotFound:
    return ResourceNotFound("Requested Delivery Destination does not exist in this account.")


def _type(resource: str | None, asked: str | None) -> str:
    """The type of a destination: what its resource says; X-Ray has no resource to name."""
    if resource is None:
        if asked != "XRAY":
            raise ValidationError("A delivery destination needs a destinationResourceArn.")
        return asked
    arn = parse_arn(resource)
    if arn is None or arn.service not in _TYPES:
        raise ValidationError(f"The specified destinationResourceArn is invalid: {resource}")
    return _TYPES[arn.service]


def _described(scope: Scope, row: Row) -> dict[str, Any]:
    shown = {
        "name": row.name,
        "arn": scope.arn("logs", f"delivery-destination:{row.name}"),
        "deliveryDestinationType": row.type,
    }
    if row.resource_arn is not None:
        shown["deliveryDestinationConfiguration"] = {"destinationResourceArn": row.resource_arn}
    if row.output_format is not None:
        shown["outputFormat"] = row.output_format
    return shown
