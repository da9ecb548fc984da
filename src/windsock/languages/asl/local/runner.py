"""Running a state machine by itself, on a clock that jumps from one instant to the next."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from windsock.languages.asl.commands import (
    Command,
    EndExecution,
    ReadItems,
    SetTimer,
    StartChild,
    StartMapRun,
    StartTask,
    WriteResults,
)
from windsock.languages.asl.context import Facts
from windsock.languages.asl.happenings import (
    ActivityStarted,
    ChildEnded,
    Continued,
    Happening,
    ItemsRead,
    ResultsWritten,
    Started,
    TaskFailed,
    TaskSubmitted,
    TaskSucceeded,
    TimedOut,
    TimerFired,
)
from windsock.languages.asl.lines import Line as CompiledLine
from windsock.languages.asl.local.mocks import InvalidMocks, Mock, MockedError, NoMock, TaskCall
from windsock.languages.asl.local.path import Line, path_of
from windsock.languages.asl.machine import Machine
from windsock.languages.asl.run import HistoryEvent, Run

STARTED_MS: Final = 1_767_225_600_000
"""When executions begin that are not told when: 2026-01-01T00:00:00Z."""

_ARN: Final = "arn:aws:states:us-east-1:123456789012"


@dataclass(frozen=True, slots=True)
class Execution:
    """How an execution went. `status` as DescribeExecution has it; RUNNING for one that was given up.

    `output` is parsed JSON. `history` is as GetExecutionHistory has it, timestamps in milliseconds. `way`
    tells of every visit of a state, those in branches, iterations and child executions included.
    """

    status: str
    started_ms: int
    stopped_ms: int
    history: list[HistoryEvent]
    way: Line
    output: Any = None
    error: str | None = None
    cause: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """The names of the states that were entered, in order; without those of child executions."""
        return tuple(
            event["stateEnteredEventDetails"]["name"]
            for event in self.history
            if "stateEnteredEventDetails" in event
        )


class Unmocked(Exception):
    """A task has no mock, or no response left. `execution` is how far it went."""

    def __init__(self, message: str, execution: Execution) -> None:
        super().__init__(message)
        self.execution = execution


def run_state_machine(
    definition: str | Mapping[str, Any],
    input: Any = None,  # noqa: A002 - as StartExecution calls it
    *,
    mocks: Mapping[str, Mock] | None = None,
    started_ms: int = STARTED_MS,
) -> Execution:
    """Run a machine with an input (parsed JSON; none is `{}`) and mocks by the names of their states.

    Raises DefinitionError for what is no state machine, InvalidMocks for mocks of states that it has not, and
    Unmocked when a task has no mock.
    """
    machine = Machine.compile(definition)
    mocks = dict(mocks or {})
    unknown = mocks.keys() - _names(machine.line)
    if unknown:
        raise InvalidMocks(f"There are mocks for states that are not there: {', '.join(sorted(unknown))}.")
    return _Execution(_Shared(mocks), machine, {} if input is None else input, started_ms, "run").run()


def _names(line: CompiledLine) -> set[str]:
    """The names of all states of a line, those in branches and iterations included."""
    below = (_names(each) for state in line.states.values() for each in state.lines())
    return set(line.states).union(*below)


@dataclass(slots=True)
class _MapRun:
    """A distributed Map: its state, its ARN, and the ways of its child executions."""

    state: str
    arn: str
    ways: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Shared:
    """What an execution and its child executions share."""

    mocks: Mapping[str, Mock]
    calls: Counter[str] = field(default_factory=Counter)

    def call(self, state: str, resource: str, arguments: Any, token: str) -> Any:
        """Ask the mock of a state. Raises MockedError and NoMock."""
        mock = self.mocks.get(state)
        if mock is None:
            raise NoMock(f"The state '{state}' calls {resource}, and has no mock.")
        number = self.calls[state]
        self.calls[state] += 1
        return mock(TaskCall(state, resource, arguments, number, token))


class _Execution:
    """One execution on its way."""

    def __init__(
        self, shared: _Shared, machine: Machine, input_value: Any, started_ms: int, name: str
    ) -> None:
        self._shared = shared
        self._machine = machine
        self._started_ms = self._now_ms = started_ms
        self._name = name
        facts = Facts(
            execution_arn=f"{_ARN}:execution:local:{name}",
            execution_name=name,
            machine_arn=f"{_ARN}:stateMachine:local",
            machine_name="local",
            role_arn="arn:aws:iam::123456789012:role/local",
            started_ms=started_ms,
            input=input_value,
            token=lambda frame, seq: f"{name}-{frame}-{seq}",
        )
        self._run = Run.new(machine, facts)
        self._history: list[HistoryEvent] = []
        self._due: list[tuple[int, int, Happening]] = []
        self._ordered = 0
        self._map_runs: dict[tuple[int, int], _MapRun] = {}
        self._end: EndExecution | None = None

    def run(self) -> Execution:
        """Go on until the end."""
        if self._machine.timeout_seconds is not None:
            self._at(self._started_ms + self._machine.timeout_seconds * 1000, TimedOut())
        happening: Happening = Started()
        try:
            while True:
                decision = self._run.advance(happening, self._now_ms)
                self._history += decision.events
                for command in decision.commands:
                    self._perform(command)
                if self._end is not None:
                    return self._ended()
                happening = Continued() if decision.unfinished else self._next()
        except NoMock as missing:
            raise Unmocked(str(missing), self._ended()) from missing

    def _next(self) -> Happening:
        self._now_ms, _, happening = heapq.heappop(self._due)
        return happening

    def _at(self, due_ms: int, happening: Happening) -> None:
        self._ordered += 1
        heapq.heappush(self._due, (max(due_ms, self._now_ms), self._ordered, happening))

    def _ended(self) -> Execution:
        end = self._end
        way = path_of(self._history, [run.ways for run in self._map_runs.values()])
        about = (self._started_ms, self._now_ms, self._history, way)
        if end is None:
            return Execution("RUNNING", *about)
        output = None if end.output_text is None else orjson.loads(end.output_text)
        return Execution(end.status, *about, output, end.error, end.cause)

    def _perform(self, command: Command) -> None:
        perform = _PERFORM.get(type(command))
        # The others take back what was asked for: what comes too late changes nothing.
        if perform is not None:
            perform(self, command)

    def _finish(self, command: EndExecution) -> None:
        self._end = command

    def _set_timer(self, command: SetTimer) -> None:
        self._at(command.due_ms, TimerFired(command.frame, command.seq, command.purpose))

    def _start_task(self, command: StartTask) -> None:
        wait = (command.frame, command.seq)
        begun = _begun(command.resource)
        if begun is not None:
            self._at(self._now_ms, begun(*wait))
        try:
            output = self._shared.call(command.state, command.resource, command.arguments, command.token)
        except MockedError as error:
            self._at(self._now_ms, TaskFailed(*wait, error.error, error.cause))
        else:
            self._at(self._now_ms, TaskSucceeded(*wait, output))

    def _read_items(self, command: ReadItems) -> None:
        wait = (command.frame, command.seq)
        state, reader = self._map_runs[wait].state, command.reader
        try:
            items = self._shared.call(state, reader["Resource"], reader.get("Arguments"), "")
        except MockedError as error:
            self._at(self._now_ms, TaskFailed(*wait, error.error, error.cause))
        else:
            most = reader.get("ReaderConfig", {}).get("MaxItems") or None
            self._at(self._now_ms, ItemsRead(*wait, list(items)[:most]))

    def _start_map_run(self, command: StartMapRun) -> None:
        self._map_runs[command.frame, command.seq] = _MapRun(command.state, command.arn)

    def _start_child(self, command: StartChild) -> None:
        machine = self._machine.processor(command.state)
        name = f"{self._name}-{command.frame}-{command.seq}-{command.index}"
        # A child goes its way at once to its end; its parent is told when that time has come.
        child = _Execution(self._shared, machine, orjson.loads(command.input_text), self._now_ms, name).run()
        child.way.index = command.index
        self._map_runs[command.frame, command.seq].ways.append(child.way)
        output = orjson.dumps(child.output).decode() if child.status == "SUCCEEDED" else None
        ended = ChildEnded(command.frame, command.seq, command.index, child.status, output, command.items)
        self._at(child.stopped_ms, ended)

    def _write_results(self, command: WriteResults) -> None:
        place = command.writer.get("Arguments", {})
        prefix = f"{place['Prefix']}/" if place.get("Prefix") else ""
        details = {"Bucket": place.get("Bucket", ""), "Key": f"{prefix}{self._name}/manifest.json"}
        output = {"MapRunArn": f"{_ARN}:mapRun:local/{self._name}", "ResultWriterDetails": details}
        self._at(self._now_ms, ResultsWritten(command.frame, command.seq, output))


_PERFORM: Final[Mapping[type[Command], Callable[[_Execution, Any], None]]] = {
    EndExecution: _Execution._finish,
    SetTimer: _Execution._set_timer,
    StartTask: _Execution._start_task,
    ReadItems: _Execution._read_items,
    StartMapRun: _Execution._start_map_run,
    StartChild: _Execution._start_child,
    WriteResults: _Execution._write_results,
}


def _begun(resource: str) -> Callable[[int, int], Happening] | None:
    """What is told of a task before its result: that it was submitted, or that a worker took it."""
    if resource.endswith((".sync", ".sync:2", ".waitForTaskToken")):
        return lambda frame, seq: TaskSubmitted(frame, seq, {})
    return ActivityStarted if ":activity:" in resource else None
