"""Lanes: who works which task, and when. Memory is bounded; what does not fit waits in its row.

A lane holds its due tasks in a queue and has as many workers as the kind of its tasks allows (one
when they are ordered), which live only as long as there is something to do. A failed task waits, by
the clock, among the postponed ones; in an ordered lane it holds back those behind it. A lane with too
many postponed tasks reads no more back until some of them are done, so a dead receiver fills no memory.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from typing import TYPE_CHECKING

import sqlalchemy as sa

from windsock.engine import task_rows
from windsock.engine.tables import tasks as table
from windsock.engine.tasks import BatchTaskKind, Task, TaskKind
from windsock.kernel.limits import TASKS_IN_MEMORY_PER_LANE
from windsock.kernel.log import Log
from windsock.store.statements import Statement

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.engine.rooms import Rooms

log = Log(__name__)

_PENDING_LANES = Statement(
    sa.select(table.c.lane, sa.func.count().label("waiting"))
    .where(table.c.state == "pending")
    .group_by(table.c.lane)
)
# In the order of ids: the order of acceptance. Postponed ones come along and are sorted out on arrival.
_PENDING_OF_LANE = Statement(
    sa.select(table)
    .where(
        table.c.state == "pending", table.c.lane == sa.bindparam("lane"), table.c.id > sa.bindparam("after")
    )
    .order_by(table.c.id)
    .limit(sa.bindparam("most"))
)


class Lane:
    """The tasks for one receiver that are in memory."""

    __slots__ = ("behind", "held", "last_id", "name", "postponed", "read_to", "ready", "workers")

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready: deque[Task] = deque()
        self.workers = 0
        self.postponed = 0
        self.behind = False  # rows after `last_id` wait on disk only
        self.last_id = ""
        self.read_to = ""  # the last row that was read back
        self.held = False  # an ordered lane whose first task waits for its next attempt

    def has_work(self) -> bool:
        """Whether something may be begun now."""
        return bool(self.ready) and not self.held

    @property
    def room(self) -> int:
        """How many more tasks fit in memory."""
        return TASKS_IN_MEMORY_PER_LANE - len(self.ready) - self.postponed

    def wants_more(self) -> bool:
        """Whether to read back what waits on disk: nothing else is ready, and it pays a look."""
        return self.behind and not self.ready and self.room >= TASKS_IN_MEMORY_PER_LANE // 10


class Lanes:
    """All lanes of an engine."""

    def __init__(self, engine: Engine, rooms: Rooms) -> None:
        self._engine = engine
        self._rooms = rooms
        self._lanes: dict[str, Lane] = {}
        self._postponed: list[tuple[int, str, Task]] = []
        self._running: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._alarm: asyncio.Task[None] | None = None
        self._stopping = False

    def resume(self) -> None:
        """Read back what is pending and begin to work it."""
        for row in self._engine.store.read(lambda tx: tx.rows(_PENDING_LANES)):
            self._engine.telemetry.tasks_waiting.inc(row.waiting)
            lane = self._lane(row.lane)
            lane.behind = True
            self._refill(lane)
            self._staff(lane)
        self._alarm = asyncio.create_task(self._release_by_clock(), name="postponed tasks")

    async def stop(self) -> None:
        """Let attempts that are under way be cancelled; their tasks stay pending."""
        self._stopping = True
        running = [*self._running, *([self._alarm] if self._alarm else [])]
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def offer(self, tasks: list[Task]) -> None:
        """Take newly accepted tasks, in their order."""
        self._engine.telemetry.tasks_waiting.inc(len(tasks))
        offered: dict[str, Lane] = {}
        now = self._engine.clock.now_ms()
        for task in tasks:
            lane = offered.get(task.lane) or offered.setdefault(task.lane, self._lane(task.lane))
            if task.id <= lane.read_to:
                continue  # between its commit and this offer somebody read it back: the lane has it
            if lane.behind or lane.room <= 0:
                lane.behind = True
                continue
            lane.last_id = max(lane.last_id, task.id)
            self._take(lane, task, now)
        for lane in offered.values():
            self._staff(lane)

    def next_due(self) -> int | None:
        """When the earliest postponed task is due."""
        return self._postponed[0][0] if self._postponed else None

    def release_due(self) -> None:
        """Hand postponed tasks whose time has come to their lanes."""
        now = self._engine.clock.now_ms()
        released: dict[str, Lane] = {}
        while self._postponed and self._postponed[0][0] <= now:
            task = heapq.heappop(self._postponed)[2]
            lane = released[task.lane] = self._lane(task.lane)
            lane.postponed -= 1
            lane.held = False
            if task.ordered:
                lane.ready.appendleft(task)
            else:
                lane.ready.append(task)
        for lane in released.values():
            self._staff(lane)

    def _lane(self, name: str) -> Lane:
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = Lane(name)
        return lane

    def _take(self, lane: Lane, task: Task, now_ms: int) -> None:
        if task.due_ms > now_ms and not (task.ordered and lane.ready):
            self._postpone(lane, task)
            return
        lane.ready.append(task)

    def _postpone(self, lane: Lane, task: Task) -> None:
        lane.held = task.ordered
        lane.postponed += 1
        heapq.heappush(self._postponed, (task.due_ms, task.id, task))
        self._changed.set()

    def _refill(self, lane: Lane) -> None:
        most = lane.room
        rows = self._engine.store.read(
            lambda tx: tx.rows(_PENDING_OF_LANE, {"lane": lane.name, "after": lane.last_id, "most": most})
        )
        lane.behind = len(rows) == most
        now = self._engine.clock.now_ms()
        for row in rows:
            lane.last_id = lane.read_to = row.id
            self._take(lane, task_rows.task_of_row(row), now)

    def _staff(self, lane: Lane) -> None:
        """Put workers on what is ready, each with the tasks it begins with, as far as the kind allows."""
        while not self._stopping and lane.has_work():
            first = lane.ready[0]
            if lane.workers >= (1 if first.ordered else self._rooms.task_kind(first.kind).at_once):
                return
            lane.workers += 1
            self._engine.activity.begin()
            worker = asyncio.create_task(self._work(lane, self._next(lane)))
            self._running.add(worker)
            worker.add_done_callback(self._running.discard)

    async def _work(self, lane: Lane, tasks: list[Task]) -> None:
        try:
            while tasks:
                await self._attempt(lane, tasks)
                if lane.wants_more():
                    self._refill(lane)
                    self._staff(lane)
                tasks = self._next(lane) if lane.has_work() else []
        finally:
            lane.workers -= 1
            if not (lane.workers or lane.ready or lane.behind or lane.postponed):
                self._lanes.pop(lane.name, None)
            elif not lane.workers:
                self._staff(lane)
            self._engine.activity.end()

    def _next(self, lane: Lane) -> list[Task]:
        """The first task of a lane, with those behind it that are to be done together with it."""
        tasks = [lane.ready.popleft()]
        name = tasks[0].kind
        kind = self._rooms.task_kind(name)
        if isinstance(kind, BatchTaskKind) and lane.ready and not tasks[0].ordered:
            most = kind.together(self._engine, tasks[0])
            while len(tasks) < most and lane.ready and lane.ready[0].kind == name:
                tasks.append(lane.ready.popleft())
        return tasks

    async def _attempt(self, lane: Lane, tasks: list[Task]) -> None:
        kind = self._rooms.task_kind(tasks[0].kind)
        try:
            errors = await self._perform(kind, tasks)
            await self._end([task for task, error in zip(tasks, errors, strict=True) if error is None])
        except Exception as error:
            errors = [None if task.completed else error for task in tasks]
        done = errors.count(None)
        if done:
            self._engine.telemetry.task_attempted(kind.name, "done", done)
            self._engine.telemetry.tasks_waiting.dec(done)
        if done < len(tasks):
            failed = [(task, error) for task, error in zip(tasks, errors, strict=True) if error is not None]
            await asyncio.gather(*(self._failed(kind, lane, task, error) for task, error in failed))

    async def _perform(self, kind: TaskKind, tasks: list[Task]) -> list[Exception | None]:
        if isinstance(kind, BatchTaskKind) and len(tasks) > 1:
            return await kind.perform_many(self._engine, tasks)
        await kind.perform(self._engine, tasks[0])
        return [None]

    async def _failed(self, kind: TaskKind, lane: Lane, task: Task, error: Exception) -> None:
        try:
            await self._settle(kind, lane, task, error)
        except Exception:
            log.exception("the outcome of a task could not be stored", task=task.id, kind=task.kind)
            task.due_ms = self._engine.clock.now_ms() + 1000
            self._postpone(lane, task)

    async def _settle(self, kind: TaskKind, lane: Lane, task: Task, error: Exception) -> None:
        """What becomes of a task that failed: tried again later, or given up."""
        if self._stopping:
            return
        now = self._engine.clock.now_ms()
        task.attempts += 1
        task.failures.append({"at": now, "error": _told(error)})
        again = kind.retry_at(task, error, now)
        if again is not None:
            task.due_ms = again
            await self._engine.store.write(lambda tx: task_rows.postpone(tx, task))
            self._engine.telemetry.task_attempted(task.kind, "retry")
            self._postpone(lane, task)
            return
        task.ends_as = "dead"
        await kind.give_up(self._engine, task, error)
        await self._end([task])
        self._engine.telemetry.task_attempted(task.kind, "dead")
        self._engine.telemetry.tasks_waiting.dec()

    async def _end(self, tasks: list[Task]) -> None:
        """Mark tasks ended, but for those that the call that was their effect has marked."""
        left = [task for task in tasks if not task.completed]
        if left:
            await self._engine.store.write(lambda tx: self._engine.tasks.complete_many(tx, left))

    async def _release_by_clock(self) -> None:
        while True:
            self._changed.clear()
            await self._engine.clock.wait(self._changed, self.next_due())
            self.release_due()


def _told(error: Exception) -> str:
    """Errors with a code of AWS's tell it themselves; of any other the type says more than its text."""
    return str(error) if hasattr(error, "code") else f"{type(error).__name__}: {error}"
