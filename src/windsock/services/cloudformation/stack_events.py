"""What happens to a stack and its resources, step by step: kept, told to topics, announced on the bus.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html and, for the
bus, https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/eventbridge-detail-types.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_milliseconds
from windsock.kernel.ids import uuid4
from windsock.services.cloudformation.notifications import notify
from windsock.services.cloudformation.resource_rows import ResourceRow
from windsock.services.cloudformation.stack import Stack
from windsock.services.cloudformation.tables import events as table
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

STACK_TYPE: Final = "AWS::CloudFormation::Stack"
_SOURCE: Final = "aws.cloudformation"

_INSERT = Statement(sa.insert(table))
_LATEST = Statement(
    sa.select(table)
    .where(
        table.c.account == sa.bindparam("account"),
        table.c.region == sa.bindparam("region"),
        table.c.stack == sa.bindparam("stack"),
        table.c.id < sa.bindparam("before"),
    )
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)


def stack_event(
    engine: Engine, tx: Transaction, stack: Stack, status: str, reason: str | None = None
) -> None:
    """A stack comes into a status: that is written on it, and an event of it."""
    stack.status, stack.reason = status, reason
    _record(engine, tx, stack, stack.name, stack.arn, STACK_TYPE, status, reason, None)
    detail = {
        "stack-id": stack.arn,
        "status-details": {"status": status, "status-reason": reason or ""},
        "client-request-token": (stack.operation.token if stack.operation else None) or "",
    }
    _announce(engine, tx, stack, "CloudFormation Stack Status Change", detail)


def resource_event(
    engine: Engine,
    tx: Transaction,
    stack: Stack,
    resource: ResourceRow,
    status: str,
    reason: str | None = None,
    physical_id: str | None = None,
) -> None:
    """A resource comes into a status; `physical_id` is that of an old one that is removed."""
    physical_id = physical_id or resource.physical_id or ""
    logical_id, kind = resource.logical_id, resource.type
    _record(engine, tx, stack, logical_id, physical_id, kind, status, reason, resource.properties)
    detail = {
        "stack-id": stack.arn,
        "logical-resource-id": logical_id,
        "physical-resource-id": physical_id,
        "status-details": {"status": status, "status-reason": reason or ""},
        "resource-type": kind,
        "client-request-token": (stack.operation.token if stack.operation else None) or "",
    }
    _announce(engine, tx, stack, "CloudFormation Resource Status Change", detail)


def events_of(tx: Snapshot, stack: Stack, most: int, before: str = "~") -> list[Row]:
    """The newest events, newest first, older than the one of the id `before`."""
    values = {**stack.scope.columns, "stack": stack.id, "before": before, "most": most}
    return tx.rows(_LATEST, values)


def _record(
    engine: Engine,
    tx: Transaction,
    stack: Stack,
    logical_id: str,
    physical_id: str,
    kind: str,
    status: str,
    reason: str | None,
    properties: Any,
) -> None:
    now = engine.clock.now_ms()
    of_stack = kind == STACK_TYPE and physical_id == stack.arn
    event: dict[str, Any] = {
        "StackId": stack.arn,
        "EventId": uuid4() if of_stack else f"{logical_id}-{status}-{iso_milliseconds(now)}",
        "StackName": stack.name,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": kind,
        "Timestamp": now,
        "ResourceStatus": status,
    }
    if reason is not None:
        event["ResourceStatusReason"] = reason
    if properties:
        event["ResourceProperties"] = orjson.dumps(properties).decode()
    if stack.operation is not None and stack.operation.token is not None:
        event["ClientRequestToken"] = stack.operation.token
    body = orjson.dumps(event).decode()
    tx.execute(_INSERT, {**stack.scope.columns, "stack": stack.id, "id": engine.ids.new(now), "body": body})
    notify(engine, tx, stack, event)


def _announce(
    engine: Engine, tx: Transaction, stack: Stack, detail_type: str, detail: dict[str, Any]
) -> None:
    cause = stack.operation.cause if stack.operation else ""
    announce(engine, tx, stack.scope, [PlatformEvent(_SOURCE, detail_type, detail, [stack.arn])], cause=cause)
