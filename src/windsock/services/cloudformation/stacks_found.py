"""The stack that a request means, if it can be used as it is."""

from __future__ import annotations

from typing import Final

from windsock.engine.operations import Context
from windsock.services.cloudformation.errors import Invalid, no_stack
from windsock.services.cloudformation.stack import Stack, find_stack
from windsock.store.transaction import Snapshot

_UPDATABLE: Final = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "UPDATE_FAILED",
    "CREATE_FAILED",
)


def live_stack(tx: Snapshot, ctx: Context, name: str) -> Stack:
    """The stack of that name or id that is not deleted. Raises Invalid."""
    stack = find_stack(tx, ctx.scope, name)
    if stack is None or not stack.live:
        raise no_stack(name)
    return stack


def updatable(tx: Snapshot, ctx: Context, name: str) -> Stack:
    """The stack of that name or id, if it can be changed now. Raises Invalid."""
    stack = live_stack(tx, ctx, name)
    if stack.operation is not None or stack.status not in _UPDATABLE:
        raise Invalid(f"Stack:{stack.arn} is in {stack.status} state and can not be updated.")
    return stack
