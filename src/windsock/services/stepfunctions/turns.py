"""Turns of Standard executions: something happens, the run decides, and all that follows is one transaction.

The run's pieces that changed, the events, timers and tasks, and the end of the task that brought the
happening become durable together or not at all; so a transition is in the history exactly once, whenever
windsock is killed. What the run asks for is done by *performers*, functions marked `@performs(Command)`.

This lives in the service and not in the engine because nobody else runs state machines; what it needs of the
engine (tasks, timers, one transaction) is there for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.discovery import mark, marked
from windsock.kernel.scope import Scope
from windsock.languages.asl.commands import Command
from windsock.languages.asl.happenings import (
    Continued,
    Happening,
    Redriven,
    Started,
    Stopped,
    TimedOut,
)
from windsock.languages.asl.run import Decision, HistoryEvent, Run
from windsock.services.stepfunctions import (
    execution_logs,
    execution_rows,
    frame_rows,
    history,
    machine_rows,
    measures,
    status_events,
)
from windsock.services.stepfunctions.limits import TRANSITIONS_PER_TURN
from windsock.services.stepfunctions.live_runs import Execution, LiveRuns
from windsock.services.stepfunctions.retention import Retention
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

PACKAGE: Final = "windsock.services.stepfunctions"

TIMER: Final = "stepfunctions.timer"
"""The kind of the engine timers of executions; their keys begin with the execution's id."""

_KIND: Final = "stepfunctions.turn"
# Happenings to the execution and not to one piece of waiting work.
_OF_ALL: Final = (Started, Continued, Stopped, TimedOut, Redriven)


@dataclass(slots=True)
class Turn:
    """One turn: the execution whose it is, the transaction, and the instant.

    `leaves_rows` says that timers or pieces of the execution may be in the store.
    """

    engine: Engine
    tx: Transaction
    execution: Execution
    now_ms: int
    leaves_rows: bool

    @property
    def scope(self) -> Scope:
        return self.execution.scope


Performer = Callable[[Turn, Any], None]
Learner = Callable[[Turn, Any], None]
F = TypeVar("F", bound=Callable[[Turn, Any], None])


@dataclass(frozen=True, slots=True)
class _Performs:
    command: type[Command]


@dataclass(frozen=True, slots=True)
class _Learns:
    kind: str


def performs(command: type[Command]) -> Callable[[F], F]:
    """Register a function as what does a kind of command of a run, in the transaction of its turn."""
    return lambda function: _marked(function, _Performs(command))


def learns(kind: str) -> Callable[[F], F]:
    """Register a function that passes on the end of an execution, given what `told` holds under `kind`."""
    return lambda function: _marked(function, _Learns(kind))


def _marked(function: F, marker: object) -> F:
    mark(function, marker)
    return function


class Workflows:
    """Starts executions, and tells them what happened."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._live = engine.part(LiveRuns)
        self._performers: dict[type[Command], Performer] = {
            marker.command: function for marker, function in marked(PACKAGE, _Performs)
        }
        self._learners: dict[str, Learner] = {
            marker.kind: function for marker, function in marked(PACKAGE, _Learns)
        }

    def start(self, tx: Transaction, execution: Execution) -> None:
        """Start a new execution: its first turn is part of this transaction."""
        execution.run = Run.new(execution.definition.machine, self._live.facts(execution))
        turn = self._begin(tx, execution)
        measures.started(turn)
        self._take(turn, Started(), [execution_rows.RUNNING])
        _limit_time(turn)

    def redrive(self, tx: Transaction, execution: Execution) -> None:
        """Have an execution that failed go on from where it did; its row and facts say so already."""
        turn = self._begin(tx, execution)
        measures.redriven(turn)
        self._take(turn, Redriven(), [execution_rows.RUNNING])
        _limit_time(turn)

    def tell(self, tx: Transaction, scope: Scope, execution_id: str, happening: Happening) -> bool:
        """Tell an execution what happened. False when it has ended, or waits for that no more."""
        execution = self._live.running(tx, scope, execution_id)
        if execution is None or not _is_awaited(execution.run, happening):
            return False
        self._take(self._begin(tx, execution), Stopped() if execution.is_given_up else happening, [])
        return True

    def add_told(
        self, tx: Transaction, scope: Scope, execution_id: str, kind: str, told: dict[str, Any]
    ) -> None:
        """Have somebody told of the end of an execution that runs: `told` is added to those of its kind."""
        execution = self._live.running(tx, scope, execution_id)
        if execution is None:
            raise LookupError(f"The execution {execution_id} does not run.")
        tx.after_undo(lambda: self._live.forget(execution_id))
        all_told = orjson.loads(execution.told or "{}")
        all_told.setdefault(kind, []).append(told)
        execution.told = orjson.dumps(all_told).decode()
        execution_rows.set_told(tx, scope, execution_id, execution.told)

    def awaits(self, scope: Scope, execution_id: str, frame: int, seq: int) -> bool:
        """Whether an execution still waits for a piece of work: if not, it need not be done."""
        execution = self._engine.store.read(lambda tx: self._live.seen(tx, scope, execution_id))
        return execution is not None and execution.run.awaits(frame, seq)

    def _begin(self, tx: Transaction, execution: Execution) -> Turn:
        self._live.add(execution)
        tx.after_undo(lambda: self._live.forget(execution.id))
        return Turn(self._engine, tx, execution, self._engine.clock.now_ms(), execution.is_stored)

    def _take(self, turn: Turn, happening: Happening, statuses: list[str]) -> None:
        execution = turn.execution
        decision = execution.run.advance(happening, turn.now_ms, most=TRANSITIONS_PER_TURN)
        for command in decision.commands:
            self._performers[type(command)](turn, command)
        if decision.unfinished:
            go_on_later(turn)
        _keep(turn, decision)
        if execution.status != execution_rows.RUNNING:
            statuses = [*statuses, execution.status]
            self._end(turn)
        if statuses:
            status_events.announce(turn, statuses)

    def _end(self, turn: Turn) -> None:
        """Let go of an execution that has ended, and pass it on to whoever waits for that."""
        execution = turn.execution
        self._live.forget(execution.id)
        turn.engine.part(Retention).expect(turn.tx)
        for kind, told in orjson.loads(execution.told or "{}").items():
            self._learners[kind](turn, told)
        if execution.is_given_up and not execution_rows.is_open(turn.tx, turn.scope, execution.machine):
            machine_rows.remove(turn.tx, turn.scope, execution.machine)


def _limit_time(turn: Turn) -> None:
    """Have an execution that goes on told when its time is over, if its machine limits it."""
    seconds = turn.execution.definition.machine.timeout_seconds
    if seconds is not None and turn.execution.status == execution_rows.RUNNING:
        due_ms = turn.now_ms + seconds * 1000
        turn.engine.timers.set(turn.tx, turn.scope, TIMER, f"{turn.execution.id}:", due_ms, b"[]")


def go_on_later(turn: Turn) -> None:
    """Have the execution's next turn come once others have had theirs."""
    turn.engine.tasks.add(
        turn.tx,
        turn.scope,
        kind=_KIND,
        lane=_KIND,
        payload=orjson.dumps({"to": turn.execution.arn, "execution": turn.execution.id}),
        cause=turn.execution.origin,
    )


@task_kind
class NextTurn(TaskKind):
    """The next turn of an execution that has more to do than fits into one."""

    name = _KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        execution: str = task.data()["execution"]
        await engine.store.write(lambda tx: self._perform(engine, tx, task, execution))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task)

    def _perform(self, engine: Engine, tx: Transaction, task: Task, execution: str) -> None:
        engine.part(Workflows).tell(tx, task.scope, execution, Continued())
        engine.tasks.complete(tx, task)


def _is_awaited(run: Run, happening: Happening) -> bool:
    return isinstance(happening, _OF_ALL) or run.awaits(happening.frame, happening.seq)


def _keep(turn: Turn, decision: Decision) -> None:
    """Write what the decision made of the execution: its row, its pieces, its history."""
    tx, execution = turn.tx, turn.execution
    if not execution.is_stored:
        _tell_reference(execution, decision.events[0])
        execution_rows.add(tx, turn.scope, execution.columns())
        execution.is_stored = True
    elif execution.status != execution_rows.RUNNING:
        execution_rows.change(tx, turn.scope, execution.id, execution.columns())
    if execution.status == execution_rows.SUCCEEDED:
        if turn.leaves_rows:
            frame_rows.remove_all(tx, turn.scope, execution.id)
    else:
        frame_rows.save(tx, turn.scope, execution.id, execution.run.changes())
    if decision.events:
        history.append(tx, turn.scope, execution.id, decision.events)
        measures.count(turn, decision.events)
        execution_logs.write(turn, decision.events)


def _tell_reference(execution: Execution, event: HistoryEvent) -> None:
    """The first event says by which version and alias the execution was started."""
    details = event["executionStartedEventDetails"]
    if execution.version is not None:
        details["stateMachineVersionArn"] = f"{execution.machine_arn}:{execution.version}"
    if execution.alias is not None:
        details["stateMachineAliasArn"] = f"{execution.machine_arn}:{execution.alias}"
