"""Addresses that devices are sent to.

Source: https://docs.aws.amazon.com/snowball/latest/api-reference/API_CreateAddress.html
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.snowball import rows
from windsock.services.snowball.errors import InvalidResource
from windsock.services.snowball.lists import listed
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot


@command("CreateAddress")
def create_address(ctx: Command, params: Params) -> Result:
    """Keep an address."""
    address_id = f"ADID{uuid4()}"
    rows.put_address(ctx.tx, ctx.scope, address_id, params["Address"], ctx.now_ms)
    return {"AddressId": address_id}


@query("DescribeAddress")
def describe_address(ctx: Query, params: Params) -> Result:
    """One address."""
    return {"Address": _shown(address_named(ctx.tx, ctx.scope, params["AddressId"]))}


@query("DescribeAddresses")
def describe_addresses(ctx: Query, params: Params) -> Result:
    """All addresses."""
    return listed("Addresses", rows.all_addresses(ctx.tx, ctx.scope), params, _shown)


def address_named(tx: Snapshot, scope: Scope, address_id: str) -> Row:
    """The address of that id. Raises InvalidResource."""
    row = rows.address(tx, scope, address_id)
    if row is None:
        raise InvalidResource
    return row


def _shown(row: Row) -> dict[str, Any]:
    return {**orjson.loads(row.address), "AddressId": row.id}
