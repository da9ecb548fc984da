"""The resources of stacks as their rows have them, and what is left to be removed after an operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.services.cloudformation.resource_type import Existing
from windsock.services.cloudformation.stack import Stack
from windsock.services.cloudformation.tables import leftovers
from windsock.services.cloudformation.tables import resources as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_COLUMNS: Final = tuple(
    column.name for column in table.columns if column.name not in ("account", "region", "stack", "logical_id")
)


def _of_stack(of: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        of.c.account == sa.bindparam("account"),
        of.c.region == sa.bindparam("region"),
        of.c.stack == sa.bindparam("stack"),
    )


_PUT = Statement(upsert(table, *_COLUMNS))
_ALL = Statement(sa.select(table).where(_of_stack(table)).order_by(table.c.logical_id))
_DELETE = Statement(
    sa.delete(table).where(
        table.c.account == sa.bindparam("of_account"),
        table.c.region == sa.bindparam("of_region"),
        table.c.stack == sa.bindparam("of_stack"),
        table.c.logical_id == sa.bindparam("of_logical_id"),
    )
)
_PUT_LEFTOVER = Statement(upsert(leftovers))
_LEFTOVERS = Statement(sa.select(leftovers).where(_of_stack(leftovers)).order_by(leftovers.c.id.desc()))
_DELETE_LEFTOVER = Statement(
    sa.delete(leftovers).where(
        leftovers.c.account == sa.bindparam("of_account"),
        leftovers.c.region == sa.bindparam("of_region"),
        leftovers.c.stack == sa.bindparam("of_stack"),
        leftovers.c.id == sa.bindparam("of_id"),
    )
)


@dataclass(slots=True)
class Before:
    """What a resource was before the operation under way touched it."""

    type: str
    physical_id: str
    properties: Mapping[str, Any]
    attributes: Mapping[str, Any]
    declared: Mapping[str, Any]

    @property
    def existing(self) -> Existing:
        """As a type of resource is given it."""
        return Existing(self.physical_id, self.properties, self.attributes)


@dataclass(slots=True)
class ResourceRow:
    """A resource. `declared` is what the template says of it besides its properties (policies ...)."""

    logical_id: str
    type: str
    status: str
    operation: str
    token: str
    updated_ms: int
    reason: str | None = None
    physical_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, Any] = field(default_factory=dict)
    before: Before | None = None

    @property
    def is_there(self) -> bool:
        """Whether it has been made, and not removed."""
        return self.physical_id is not None

    def as_before(self) -> Before | None:
        """What it is now, to go back to; None when it is not there."""
        if self.physical_id is None:
            return None
        return Before(self.type, self.physical_id, self.properties, self.attributes, self.declared)


@dataclass(frozen=True, slots=True)
class Leftover:
    """An old resource that is to be removed."""

    id: str
    logical_id: str
    resource: Before


def put_resource(tx: Transaction, stack: Stack, resource: ResourceRow) -> None:
    """Write a resource down as it is."""
    values = {name: getattr(resource, name) for name in _COLUMNS}
    for name in ("properties", "attributes", "declared"):
        values[name] = orjson.dumps(values[name]).decode()
    values["before"] = None if resource.before is None else orjson.dumps(resource.before).decode()
    key = {**stack.scope.columns, "stack": stack.id, "logical_id": resource.logical_id}
    tx.execute(_PUT, {**key, **values})


def resources_of(tx: Snapshot, stack: Stack) -> dict[str, ResourceRow]:
    """The resources of a stack by their logical ids."""
    rows = tx.rows(_ALL, {**stack.scope.columns, "stack": stack.id})
    return {row.logical_id: _resource(row) for row in rows}


def forget_resource(tx: Transaction, stack: Stack, logical_id: str) -> None:
    """A resource is gone."""
    key = {"of_account": stack.scope.account, "of_region": stack.scope.region, "of_stack": stack.id}
    tx.execute(_DELETE, {**key, "of_logical_id": logical_id})


def leave(tx: Transaction, stack: Stack, leftover: Leftover) -> None:
    """Note that an old resource is to be removed later."""
    values = {
        "id": leftover.id,
        "logical_id": leftover.logical_id,
        "type": leftover.resource.type,
        "resource": orjson.dumps(leftover.resource).decode(),
    }
    tx.execute(_PUT_LEFTOVER, {**stack.scope.columns, "stack": stack.id, **values})


def leftovers_of(tx: Snapshot, stack: Stack) -> list[Leftover]:
    """What is to be removed, the newest first."""
    rows = tx.rows(_LEFTOVERS, {**stack.scope.columns, "stack": stack.id})
    return [Leftover(row.id, row.logical_id, Before(**orjson.loads(row.resource))) for row in rows]


def forget_leftover(tx: Transaction, stack: Stack, leftover_id: str) -> None:
    """An old resource is gone, or was left alone for good."""
    key = {"of_account": stack.scope.account, "of_region": stack.scope.region, "of_stack": stack.id}
    tx.execute(_DELETE_LEFTOVER, {**key, "of_id": leftover_id})


def _resource(row: Row) -> ResourceRow:
    return ResourceRow(
        row.logical_id,
        row.type,
        row.status,
        row.operation,
        row.token,
        row.updated_ms,
        row.reason,
        row.physical_id,
        orjson.loads(row.properties),
        orjson.loads(row.attributes),
        orjson.loads(row.declared),
        None if row.before is None else Before(**orjson.loads(row.before)),
    )
