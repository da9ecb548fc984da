"""Forgetting what is no longer needed: delivered messages, deduplication ids, old mails and pushes.

One timer an account and region is set while there is something to forget, at most once an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from windsock.engine.tables import tasks
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.kernel.scope import Scope
from windsock.services.sns.limits import MESSAGE_KEPT_MS, OUTBOX_KEPT_MS
from windsock.services.sns.tables import deduplications, mails, messages, pushes
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_TIMER: Final = "sns.housekeeping"
_PAUSE_MS: Final = 60 * 60 * 1000
_GO_ON_MS: Final = 1000


def _here(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(*in_scope(table))


def _delete_up_to(table: sa.Table, instant: sa.Column[Any], *more: sa.ColumnElement[bool]) -> Statement:
    key = list(table.primary_key.columns)
    old = sa.select(*key).where(_here(table), instant <= sa.bindparam("until"), *more).limit(RETENTION_CHUNK)
    return Statement(sa.delete(table).where(sa.tuple_(*key).in_(old)))


def _earliest(table: sa.Table, instant: sa.Column[Any]) -> Statement:
    return Statement(sa.select(sa.func.min(instant)).where(_here(table)))


_STILL_TO_DELIVER = (
    sa.select(sa.literal(1))
    .where(
        tasks.c.account == messages.c.account,
        tasks.c.region == messages.c.region,
        tasks.c.id > messages.c.id,
        tasks.c.id <= messages.c.last_task,
        tasks.c.state == "pending",
    )
    .exists()
)

_UNTIL = deduplications.c.until_ms
_ACCEPTED = messages.c.accepted_ms

# How to delete what is old enough, how to find the oldest, and how long it is kept after that instant.
_DELETIONS: Final = (
    (_delete_up_to(deduplications, _UNTIL), _earliest(deduplications, _UNTIL), 0),
    (
        _delete_up_to(messages, _ACCEPTED, ~_STILL_TO_DELIVER),
        _earliest(messages, _ACCEPTED),
        MESSAGE_KEPT_MS,
    ),
    (_delete_up_to(mails, mails.c.sent_ms), _earliest(mails, mails.c.sent_ms), OUTBOX_KEPT_MS),
    (_delete_up_to(pushes, pushes.c.sent_ms), _earliest(pushes, pushes.c.sent_ms), OUTBOX_KEPT_MS),
)


class Housekeeping:
    """Knows when each account and region is next looked at, so that publishing sets no timer twice."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._due: dict[Scope, int] = {}

    def expect(self, tx: Transaction, scope: Scope, due_ms: int) -> None:
        """Something can be forgotten from `due_ms` on."""
        known = self._due.get(scope)
        if known is not None and known <= due_ms + _PAUSE_MS:
            return
        self._engine.timers.set(tx, scope, _TIMER, "", due_ms)
        tx.after_commit(lambda: self._due.__setitem__(scope, due_ms))

    def tidy(self, tx: Transaction, scope: Scope) -> None:
        """Forget what is due, and come back when more will be."""
        self._due.pop(scope, None)
        now = self._engine.clock.now_ms()
        here = scope.columns
        most = max(tx.execute(delete, {**here, "until": now - kept}) for delete, _, kept in _DELETIONS)
        due = [
            earliest + kept
            for _, statement, kept in _DELETIONS
            if (earliest := tx.scalar(statement, here)) is not None
        ]
        if most >= RETENTION_CHUNK:
            self.expect(tx, scope, now + _GO_ON_MS)
        elif due:
            self.expect(tx, scope, max(min(due), now + _PAUSE_MS))


@timer_kind
class Tidy(TimerKind):
    """Forgets what is due in one account and region."""

    name = _TIMER

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        engine.part(Housekeeping).tidy(tx, timer.scope)
