"""Executions in memory: those that something happened to last. All others are rows.

What is here is what the transactions under way have made of it. When one of them is undone, the executions it
touched are dropped, and read again from their rows when they are next needed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.kernel.scope import Scope
from windsock.languages.asl.context import Facts
from windsock.languages.asl.run import HistoryEvent, Run
from windsock.services.stepfunctions import (
    activity_rows,
    execution_rows,
    frame_rows,
    machine_rows,
    map_run_rows,
)
from windsock.services.stepfunctions.definitions import Definition, Definitions
from windsock.services.stepfunctions.limits import LIVE_RUNS
from windsock.services.stepfunctions.machine_rows import STANDARD
from windsock.services.stepfunctions.names import activity_named, execution_arn, machine_arn
from windsock.services.stepfunctions.tokens import make_token
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_COLUMNS: Final = (
    *("id", "machine", "name", "revision", "version", "alias", "status", "started_ms", "stopped_ms"),
    *("input", "output", "error", "cause", "trace_header", "redrive_count", "redriven_ms"),
    *("redrive_token", "map_run", "map_index", "origin", "told"),
)


@dataclass(slots=True)
class Execution:
    """A Standard execution: the columns of its row, the definition it runs, and its run.

    `is_stored` says that the row exists; `is_given_up` that its machine is being deleted. `under_way` are the
    events that tell of work that was scheduled and is not over, by id: those since it was read from its rows.
    """

    scope: Scope
    definition: Definition
    id: str
    machine: str
    name: str
    input: str
    started_ms: int
    version: int | None = None
    alias: str | None = None
    status: str = execution_rows.RUNNING
    stopped_ms: int | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    trace_header: str | None = None
    redrive_count: int = 0
    redriven_ms: int | None = None
    redrive_token: str | None = None
    map_run: str | None = None
    map_index: int | None = None
    origin: str = ""
    told: str | None = None
    is_stored: bool = False
    is_given_up: bool = False
    under_way: dict[int, HistoryEvent] = field(default_factory=dict)
    arn: str = field(init=False)
    machine_arn: str = field(init=False)
    run: Run = field(init=False)

    def __post_init__(self) -> None:
        self.arn = execution_arn(self.scope, self.machine, self.name)
        self.machine_arn = machine_arn(self.scope, self.machine)

    @property
    def revision(self) -> str:
        return self.definition.id

    def columns(self) -> dict[str, Any]:
        """All columns of the row but account and region."""
        return {name: getattr(self, name) for name in _COLUMNS}

    @classmethod
    def of_row(cls, scope: Scope, row: Row, definition: Definition) -> Execution:
        """The execution that a row tells of, without its run."""
        columns = {name: getattr(row, name) for name in _COLUMNS if name != "revision"}
        return cls(scope, definition, **columns, is_stored=True)


class LiveRuns:
    """The executions in memory, the ones used last."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._definitions = engine.part(Definitions)
        self._runs: OrderedDict[str, Execution] = OrderedDict()
        engine.store.on_abort(self.forget_all)

    def running(self, tx: Transaction, scope: Scope, execution_id: str) -> Execution | None:
        """An execution that runs, as this transaction sees it; None when it has ended or never was."""
        execution = self._runs.get(execution_id)
        if execution is not None:
            self._runs.move_to_end(execution_id)
            return execution
        row = execution_rows.find(tx, scope, execution_id)
        if row is None or row.status != execution_rows.RUNNING:
            return None
        execution = self.restored(tx, scope, row)
        self.add(execution)
        return execution

    def seen(self, tx: Snapshot, scope: Scope, execution_id: str) -> Execution | None:
        """An execution that runs, to look at only: what a snapshot gives may be behind the next turn."""
        row = None
        execution = self._runs.get(execution_id)
        if execution is None:
            row = execution_rows.find(tx, scope, execution_id)
        if row is None or row.status != execution_rows.RUNNING:
            return execution
        return self.restored(tx, scope, row)

    def restored(self, tx: Snapshot, scope: Scope, row: Row) -> Execution:
        """An execution made anew from its rows, whatever its status; it is not kept here."""
        definition = self._definition(tx, scope, row)
        execution = Execution.of_row(scope, row, definition)
        pieces = frame_rows.of_execution(tx, scope, execution.id)
        execution.run = Run.restore(definition.machine, self.facts(execution), pieces)
        machine = machine_rows.find(tx, scope, execution.machine)
        execution.is_given_up = machine is not None and machine.status == machine_rows.DELETING
        return execution

    def redriven(self, tx: Transaction, scope: Scope, row: Row, token: str | None = None) -> Execution:
        """An execution that ended, its row set to running again, as it is to be redriven."""
        now = self._engine.clock.now_ms()
        row = row._replace(
            status=execution_rows.RUNNING,
            stopped_ms=None,
            output=None,
            error=None,
            cause=None,
            redrive_count=row.redrive_count + 1,
            redriven_ms=now,
            redrive_token=token,
        )
        execution_rows.change(tx, scope, row.id, row._asdict())
        return self.restored(tx, scope, row)

    def _definition(self, tx: Snapshot, scope: Scope, row: Row) -> Definition:
        run = None if row.map_run is None else map_run_rows.find(tx, scope, row.map_run)
        if run is None:
            return self._definitions.of(tx, scope, row.revision)
        return self._definitions.of_map(tx, scope, row.revision, run.state, STANDARD)

    def facts(self, execution: Execution) -> Facts:
        """What the context object of an execution tells."""
        return Facts(
            execution_arn=execution.arn,
            execution_name=execution.name,
            machine_arn=execution.machine_arn,
            machine_name=execution.machine,
            role_arn=execution.definition.role,
            started_ms=execution.started_ms,
            input=orjson.loads(execution.input),
            token=partial(make_token, execution.id),
            redrive_count=execution.redrive_count,
            input_text=execution.input,
            redriven_ms=execution.redriven_ms,
            has_activity=self._has_activity,
        )

    def _has_activity(self, arn: str) -> bool:
        scope, name = activity_named(arn)
        return self._engine.store.read(lambda tx: activity_rows.find(tx, scope, name)) is not None

    def add(self, execution: Execution) -> None:
        """Keep an execution; the one used longest ago makes room."""
        self._runs[execution.id] = execution
        if len(self._runs) > LIVE_RUNS:
            self._runs.popitem(last=False)

    @property
    def size(self) -> int:
        """How many executions are in memory."""
        return len(self._runs)

    def forget(self, execution_id: str) -> None:
        """Drop an execution: it has ended, or what it has become was undone."""
        self._runs.pop(execution_id, None)

    def forget_all(self) -> None:
        """Drop all executions."""
        self._runs.clear()
