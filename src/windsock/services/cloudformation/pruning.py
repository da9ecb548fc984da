"""Deleted stacks are told of for ninety days; then nothing is left of them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.services.cloudformation.limits import DELETED_KEPT_MS
from windsock.services.cloudformation.stack import Stack
from windsock.services.cloudformation.tables import (
    change_sets,
    events,
    leftovers,
    resources,
    signals,
    stacks,
)
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "cloudformation.pruning"


def _forget(column: sa.Column[str]) -> Statement:
    table = column.table
    return Statement(
        sa.delete(table).where(
            table.c.account == sa.bindparam("of_account"),
            table.c.region == sa.bindparam("of_region"),
            column == sa.bindparam("of_stack"),
        )
    )


_FORGET: Final = tuple(
    _forget(column)
    for column in (
        *(table.c.stack for table in (resources, leftovers, events, change_sets, signals)),
        stacks.c.id,
    )
)


def prune_later(engine: Engine, tx: Transaction, stack: Stack) -> None:
    """Have nothing left of a stack that was deleted now, in ninety days."""
    engine.timers.set(tx, stack.scope, KIND, stack.id, engine.clock.now_ms() + DELETED_KEPT_MS)


@timer_kind
class Pruning(TimerKind):
    """Forgets one stack."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        scope = timer.scope
        key = {"of_account": scope.account, "of_region": scope.region, "of_stack": timer.key}
        for statement in _FORGET:
            tx.execute(statement, key)
