"""Signals: a resource with a CreationPolicy is made once enough of them say that it is.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Result, command
from windsock.services.cloudformation.errors import Invalid
from windsock.services.cloudformation.resource_rows import resources_of
from windsock.services.cloudformation.resource_type import Failed
from windsock.services.cloudformation.stack import Stack
from windsock.services.cloudformation.stacks_found import live_stack
from windsock.services.cloudformation.tables import signals as table
from windsock.services.cloudformation.work import Work
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_PUT = Statement(upsert(table))
_OF = Statement(
    sa.select(table).where(
        table.c.account == sa.bindparam("account"),
        table.c.region == sa.bindparam("region"),
        table.c.stack == sa.bindparam("stack"),
        table.c.logical_id == sa.bindparam("logical_id"),
    )
)
_FORGET = Statement(
    sa.delete(table).where(
        table.c.account == sa.bindparam("of_account"),
        table.c.region == sa.bindparam("of_region"),
        table.c.stack == sa.bindparam("of_stack"),
        table.c.logical_id == sa.bindparam("of_logical_id"),
    )
)
# ISO 8601 durations as CloudFormation takes them: `PT15M`, `PT1H30M10S`.
_DURATION: Final = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_DEFAULT: Final = "PT5M"
_LONGEST_S: Final = 12 * 3600


@command("SignalResource")
def signal_resource(ctx: Command, params: Params) -> Result:
    """Tell of a resource that it is made, or could not be."""
    stack = live_stack(ctx.tx, ctx, params["StackName"])
    name = params["LogicalResourceId"]
    row = resources_of(ctx.tx, stack).get(name)
    if row is None or not stack.status.endswith("_IN_PROGRESS"):
        raise Invalid(
            f"Stack:{stack.arn} is in {stack.status} state and can not be signaled"
            if row is not None
            else f"Resource {name} does not exist for stack {stack.name}"
        )
    values = {"stack": stack.id, "logical_id": name, "id": params["UniqueId"], "status": params["Status"]}
    ctx.tx.execute(_PUT, {**ctx.scope.columns, **values})
    return {}


async def signalled(engine: Engine, stack: Stack, work: Work, declared: Mapping[str, Any]) -> None:
    """Return once a resource has the signals that its CreationPolicy asks for. Raises Failed without them."""
    policy = (declared.get("CreationPolicy") or {}).get("ResourceSignal")
    if policy is None:
        return
    wanted, seconds = int(policy.get("Count", 1)), seconds_of(str(policy.get("Timeout", _DEFAULT)))

    async def enough() -> bool:
        rows = engine.store.read(lambda tx: _signals(tx, stack, work.logical_id))
        failed = [row.id for row in rows if row.status == "FAILURE"]
        if failed:
            raise Failed(f"Received FAILURE signal with UniqueId {failed[0]}")
        return len(rows) >= wanted

    try:
        await work.until(enough, within_s=seconds)
    except TimeoutError as error:
        got = len(engine.store.read(lambda tx: _signals(tx, stack, work.logical_id)))
        raise Failed(
            f"Failed to receive {wanted - got} resource signal(s) within the specified duration"
        ) from error


def forget_signals(tx: Transaction, stack: Stack, logical_id: str) -> None:
    """A resource is made anew: what was signalled of it before does not count."""
    key = {"of_account": stack.scope.account, "of_region": stack.scope.region}
    tx.execute(_FORGET, {**key, "of_stack": stack.id, "of_logical_id": logical_id})


def seconds_of(duration: str) -> int:
    """The seconds of `PT1H15M`. Raises Failed for any other text."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise Failed(f"Invalid timeout {duration} of a CreationPolicy")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return min(hours * 3600 + minutes * 60 + seconds, _LONGEST_S)


def _signals(tx: Snapshot, stack: Stack, logical_id: str) -> list[Row]:
    return tx.rows(_OF, {**stack.scope.columns, "stack": stack.id, "logical_id": logical_id})
