"""A stack as its row has it, read and written whole.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.cloudformation.tables import stacks as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_COLUMNS: Final = tuple(
    column.name for column in table.columns if column.name not in ("account", "region", "id")
)
_PUT = Statement(upsert(table, *_COLUMNS))
_HERE = sa.and_(table.c.account == sa.bindparam("account"), table.c.region == sa.bindparam("region"))
_BY_ID = Statement(sa.select(table).where(_HERE, table.c.id == sa.bindparam("id")))
_BY_NAME = Statement(sa.select(table).where(_HERE, table.c.name == sa.bindparam("name"), table.c.live == 1))
_ALL = Statement(sa.select(table).where(_HERE).order_by(table.c.created_ms.desc(), table.c.id))


@dataclass(slots=True)
class Operation:
    """What is being done to a stack. `phase` is the part under way, `token` the client's, if it gave one.

    `caller` is the JSON of who asked for it (`callers.py`); `retain` are resources that a deletion leaves.
    """

    id: str
    kind: str
    phase: str
    caller: Mapping[str, Any]
    token: str | None = None
    retain: list[str] = field(default_factory=list)
    cause: str = ""
    change_set: str | None = None
    cancelled: bool = False


@dataclass(slots=True)
class Settings:
    """What a stack is deployed with.

    `template` is the text as given, `body` what the transforms made of it (plain values); `parameters` are
    texts by name, `resolved` those that Systems Manager told; `change_set` is the ARN of the one executed.
    """

    template: str
    body: Mapping[str, Any]
    parameters: dict[str, str] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    role: str | None = None
    notification_arns: list[str] = field(default_factory=list)
    timeout_minutes: int | None = None
    on_failure: str = "ROLLBACK"
    rollback_configuration: Mapping[str, Any] = field(default_factory=dict)
    change_set: str | None = None


@dataclass(slots=True)
class Stack:
    """One stack; `before` are the settings to go back to when the operation under way fails.

    `failed` is the id of the update that could not be undone yet.
    """

    scope: Scope
    id: str
    name: str
    status: str
    settings: Settings
    created_ms: int
    live: bool = True
    reason: str | None = None
    before: Settings | None = None
    operation: Operation | None = None
    outputs: list[dict[str, str]] = field(default_factory=list)
    policy: str | None = None
    protected: bool = False
    parent: str | None = None
    failed: str | None = None
    updated_ms: int | None = None
    deleted_ms: int | None = None

    @property
    def arn(self) -> str:
        """The stack's id as everybody is told it."""
        return self.scope.arn("cloudformation", f"stack/{self.name}/{self.id}")


def put_stack(tx: Transaction, stack: Stack) -> None:
    """Write a stack down as it is."""
    values = {name: getattr(stack, name) for name in _COLUMNS}
    values |= {
        "live": int(stack.live),
        "protected": int(stack.protected),
        "settings": orjson.dumps(stack.settings).decode(),
        "before": None if stack.before is None else orjson.dumps(stack.before).decode(),
        "operation": None if stack.operation is None else orjson.dumps(stack.operation).decode(),
        "outputs": orjson.dumps(stack.outputs).decode(),
    }
    tx.execute(_PUT, {**stack.scope.columns, "id": stack.id, **values})


def stack_by_id(tx: Snapshot, scope: Scope, stack_id: str) -> Stack | None:
    """The stack with that id (the last part of its ARN), deleted or not."""
    row = tx.row(_BY_ID, {**scope.columns, "id": stack_id})
    return None if row is None else _stack(row)


def find_stack(tx: Snapshot, scope: Scope, name_or_arn: str) -> Stack | None:
    """The stack that a name means, which is not deleted, or that an ARN means, deleted or not."""
    arn = parse_arn(name_or_arn)
    if arn is None:
        row = tx.row(_BY_NAME, {**scope.columns, "name": name_or_arn})
        return None if row is None else _stack(row)
    kind, _, rest = arn.resource.partition("/")
    name, _, stack_id = rest.partition("/")
    found = stack_by_id(tx, scope, stack_id) if kind == "stack" and arn.scope == scope else None
    return found if found is not None and found.name == name else None


def all_stacks(tx: Snapshot, scope: Scope) -> list[Stack]:
    """Every stack, deleted ones too, the newest first."""
    return [_stack(row) for row in tx.rows(_ALL, scope.columns)]


def _stack(row: Row) -> Stack:
    return Stack(
        Scope(row.account, row.region),
        row.id,
        row.name,
        row.status,
        Settings(**orjson.loads(row.settings)),
        row.created_ms,
        live=bool(row.live),
        reason=row.reason,
        before=None if row.before is None else Settings(**orjson.loads(row.before)),
        operation=None if row.operation is None else Operation(**orjson.loads(row.operation)),
        outputs=orjson.loads(row.outputs),
        policy=row.policy,
        protected=bool(row.protected),
        parent=row.parent,
        failed=row.failed,
        updated_ms=row.updated_ms,
        deleted_ms=row.deleted_ms,
    )
