"""The engine: clock, store, timers, tasks and the call chain, put together and run.

Rooms (services, targets) reach everything through it; it knows none of them.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from windsock.engine import task_rows
from windsock.engine.activity import Activity
from windsock.engine.authorization import Authorization
from windsock.engine.call_recording import CallRecorder
from windsock.engine.calls import Call, Caller
from windsock.engine.chain import Chain
from windsock.engine.identities import Identities
from windsock.engine.metrics import Metrics
from windsock.engine.operations import Result
from windsock.engine.rooms import Rooms
from windsock.engine.routes import Routes
from windsock.engine.session_tokens import SessionTokens
from windsock.engine.settings import EngineSettings
from windsock.engine.signals import Signals
from windsock.engine.standing_time import remember
from windsock.engine.targets import TargetKinds
from windsock.engine.task_queue import Tasks
from windsock.engine.tasks import Task
from windsock.engine.telemetry import Telemetry
from windsock.engine.timers import Timers
from windsock.kernel.clock import Clock
from windsock.kernel.ids import SortableIds, uuid4
from windsock.kernel.scope import Scope
from windsock.store.store import Store

P = TypeVar("P")


class Engine:
    """Everything a room needs. `part(Class)` gives a room's own in-memory part, one per engine."""

    def __init__(
        self, store: Store, clock: Clock, rooms: Rooms, settings: EngineSettings | None = None
    ) -> None:
        self.store = store
        self.clock = clock
        self.settings = settings or EngineSettings()
        self.ids = SortableIds()
        self.activity = Activity()
        self.signals = Signals()
        self.telemetry = Telemetry()
        self.metrics = Metrics(clock)
        self.timers = Timers(self, rooms)
        self.tasks = Tasks(self, rooms)
        self.targets = TargetKinds(rooms)
        self.rooms = rooms
        self.routes = Routes(self)
        self.chain = Chain(self)
        self._parts: dict[type[Any], Any] = {}
        self._on_stop: list[Callable[[], Awaitable[None]]] = []
        self.session_tokens = SessionTokens()
        store.before_commit(self.metrics.flush)
        if clock.virtual:
            store.before_commit(lambda tx: remember(tx, clock))

    @functools.cached_property
    def identities(self) -> Identities:
        """Who is who, as the rooms know it."""
        return self.rooms.identities()(self)

    @functools.cached_property
    def authorization(self) -> Authorization:
        """Who decides on calls."""
        return Authorization(self)

    @functools.cached_property
    def call_recorders(self) -> list[CallRecorder]:
        """Who is told of each call that was answered."""
        return [recorder(self) for recorder in self.rooms.call_recorders()]

    def part(self, kind: type[P]) -> P:
        """The one instance of `kind` in this engine, made as `kind(engine)` when first asked for."""
        part = self._parts.get(kind)
        if part is None:
            part = self._parts[kind] = kind(self)  # type: ignore[call-arg]
        found: P = part
        return found

    def answers(self, service: str, operation: str) -> bool:
        """Whether anybody answers that operation."""
        return self.routes.operation(service, operation) is not None

    async def call(
        self,
        service: str,
        operation: str,
        params: dict[str, Any],
        *,
        caller: Caller,
        scope: Scope,
        cause: str = "",
        completes: Task | Mapping[str, Task] | None = None,
    ) -> Result:
        """Make a call from inside, through the same chain as everybody's. Raises AwsError."""
        return await self.chain.dispatch(
            Call(service, operation, params, caller, scope, uuid4(), cause, completes)
        )

    async def start(self) -> None:
        """Begin: timers that fell due fire, tasks left undone are taken up."""
        latest = self.store.read(task_rows.latest_id)
        if latest:
            self.ids.start_after(latest)
        await self.session_tokens.start(self.store)
        await self.tasks.start()
        await self.timers.start()

    async def stop(self) -> None:
        """End the loops; what is unfinished stays in the store."""
        await self.timers.stop()
        await self.tasks.stop()
        for hook in self._on_stop:
            await hook()

    def on_stop(self, hook: Callable[[], Awaitable[None]]) -> None:
        """Have `hook` run when the engine has stopped: connections are closed so."""
        self._on_stop.append(hook)
