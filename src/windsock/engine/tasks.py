"""Tasks: work that was accepted and must be done at least once, however often windsock is killed.

A task is written in the transaction that accepted it. After the commit it is worked from memory;
what does not fit in memory, and everything after a restart, is read back from its row. Tasks go by
*lane* (a target, a subscriber): each lane has its own workers, so a slow one holds nobody else up,
and an ordered lane is worked strictly one after the other.

A kind of task is a class below `windsock.services`, `windsock.targets` or `windsock.engine`, marked
with `@task_kind`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from windsock.kernel.discovery import mark
from windsock.kernel.limits import TASKS_AT_ONCE_PER_LANE
from windsock.kernel.scope import Scope

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@dataclass(slots=True)
class Task:
    """One piece of work. `payload` is JSON; `context` is what the accepter already had in memory.

    A member `to` of the payload, if there is one, tells people where the task goes.

    `ends_as` is the state it will end in: `done`, or `dead` from when its kind gives it up.
    `attempts` counts those made; `failures` tells of each that failed: `{"at": ms, "error": text}`.
    """

    scope: Scope
    id: str
    kind: str
    lane: str
    ordered: bool
    cause: str
    created_ms: int
    due_ms: int
    payload: bytes
    attempts: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    context: Any = None
    ends_as: str = "done"
    completed: bool = False

    def data(self) -> Any:
        """The payload, decoded."""
        return orjson.loads(self.payload)


class TaskKind(ABC):
    """How one kind of task is done, and what happens when it cannot be.

    `at_once` bounds how many attempts are under way together in a lane that is not ordered.
    """

    name: ClassVar[str]
    at_once: ClassVar[int] = TASKS_AT_ONCE_PER_LANE

    @abstractmethod
    async def perform(self, engine: Engine, task: Task) -> None:
        """Do it. Raising means it failed and `retry_at` decides. Must bear being repeated.

        A call made with `completes=task` marks the task done in the call's own transaction.
        """

    @abstractmethod
    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        """When to try again (`task.attempts` counts the one that just failed); None gives up."""

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:  # noqa: B027
        """What becomes of a task that will not be tried again: a dead-letter queue, say."""


class BatchTaskKind(TaskKind):
    """A kind that can do several tasks of a lane at once for less than one after the other costs.

    An ordered lane is still worked one by one.
    """

    @abstractmethod
    def together(self, engine: Engine, task: Task) -> int:
        """How many tasks to do at once when `task` is the first of them."""

    @abstractmethod
    async def perform_many(self, engine: Engine, tasks: list[Task]) -> list[Exception | None]:
        """Do them; what each failed with, or None. Raising fails all that are not marked done by then."""


@dataclass(frozen=True, slots=True)
class TaskKindMarker:
    """Set on a class by `task_kind`."""


def task_kind(kind: type[TaskKind]) -> type[TaskKind]:
    """Register a kind of task."""
    mark(kind, TaskKindMarker())
    return kind
