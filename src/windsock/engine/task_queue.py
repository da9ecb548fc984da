"""Accepting tasks in a transaction, and marking them done in the one that holds their effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from windsock.engine import task_rows
from windsock.engine.lanes import Lanes
from windsock.engine.tasks import Task
from windsock.kernel.scope import Scope
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.engine.rooms import Rooms


class Tasks:
    """The tasks of a store: added in transactions, worked by lanes."""

    def __init__(self, engine: Engine, rooms: Rooms) -> None:
        self._engine = engine
        self._lanes = Lanes(engine, rooms)

    def add(
        self,
        tx: Transaction,
        scope: Scope,
        *,
        kind: str,
        lane: str,
        payload: bytes,
        cause: str = "",
        ordered: bool = False,
        delay_ms: int = 0,
        context: Any = None,
    ) -> Task:
        """Accept one task; it is worked after the commit, `delay_ms` later at the earliest."""
        task = self.new(
            scope,
            kind=kind,
            lane=lane,
            payload=payload,
            cause=cause,
            ordered=ordered,
            delay_ms=delay_ms,
            context=context,
        )
        self.add_many(tx, [task])
        return task

    def new(
        self,
        scope: Scope,
        *,
        kind: str,
        lane: str,
        payload: bytes,
        cause: str = "",
        ordered: bool = False,
        delay_ms: int = 0,
        context: Any = None,
    ) -> Task:
        """A task for `add_many`; nothing happens until then."""
        now = self._engine.clock.now_ms()
        return Task(
            scope, self._engine.ids.new(now), kind, lane, ordered, cause, now, now + delay_ms, payload,
            context=context,
        )  # fmt: skip

    def add_many(self, tx: Transaction, tasks: list[Task]) -> None:
        """Accept tasks together, in order."""
        task_rows.insert(tx, tasks)
        tx.after_commit(lambda: self._lanes.offer(tasks))

    def complete(self, tx: Transaction, task: Task) -> None:
        """Mark a task ended in the transaction that holds its effect: done, or dead if it was given up."""
        self.complete_many(tx, [task])

    def complete_many(self, tx: Transaction, tasks: Sequence[Task]) -> None:
        """Mark tasks ended together."""
        task_rows.end(tx, tasks, self._engine.clock.now_ms())

        def completed() -> None:
            for task in tasks:
                task.completed = True

        tx.after_commit(completed)

    async def start(self) -> None:
        """Take up what an earlier run left undone."""
        self._lanes.resume()

    async def stop(self) -> None:
        """Stop working; what is unfinished stays pending."""
        await self._lanes.stop()

    def next_due(self) -> int | None:
        """When the earliest postponed task is due, for the virtual clock."""
        return self._lanes.next_due()

    def release_due(self) -> None:
        """Hand the postponed tasks that are due now to their lanes."""
        self._lanes.release_due()
