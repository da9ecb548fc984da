"""A world for executions in tests: it does their tasks as it is told, and lets time pass for their timers."""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from windsock.languages.asl import Facts, HistoryEvent, Machine, Run
from windsock.languages.asl.commands import (
    CancelTask,
    CancelTimers,
    Command,
    EndExecution,
    EndMapRun,
    ReadItems,
    RedriveChild,
    SetTimer,
    StartChild,
    StartTask,
    WriteResults,
)
from windsock.languages.asl.happenings import (
    ChildEnded,
    Continued,
    Happening,
    ItemsRead,
    Redriven,
    ResultsWritten,
    Started,
    TaskFailed,
    TaskSucceeded,
    TimerFired,
)

C = TypeVar("C")
Answer = Callable[[StartTask], Iterable[Happening]]
"""What happens to a task, in order; a task without an end is left waiting."""


def echo(task: StartTask) -> list[Happening]:
    """A task that gives what it was given."""
    return [TaskSucceeded(task.frame, task.seq, task.arguments)]


def facts(**changes: Any) -> Facts:
    """Facts of an execution named `run` of the machine `m`."""
    known: dict[str, Any] = {
        "execution_arn": "arn:aws:states:us-east-1:123456789012:execution:m:run",
        "execution_name": "run",
        "machine_arn": "arn:aws:states:us-east-1:123456789012:stateMachine:m",
        "machine_name": "m",
        "role_arn": "arn:aws:iam::123456789012:role/r",
        "started_ms": 0,
        "input": {},
        "token": lambda frame, seq: f"token-{frame}-{seq}",
    }
    return Facts(**(known | changes))


@dataclass
class World:
    """One execution under way. `restored` saves and restores it between any two happenings, `twice` tells it
    every happening two times; neither must change what it does. Without `children`, those of a distributed
    Map go on for ever."""

    machine: Machine
    facts: Facts
    answer: Answer = echo
    items: Callable[[ReadItems], list[Any]] = lambda _command: []
    restored: bool = False
    twice: bool = False
    children: bool = True
    most: int = 1000
    longest: int = 1_000_000
    now_ms: int = 0
    history: list[HistoryEvent] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    pieces: dict[int, bytes] = field(default_factory=dict)
    end: EndExecution | None = None

    def __post_init__(self) -> None:
        self.run = Run.new(self.machine, self.facts)
        self._save()
        self._waiting: list[Happening] = []
        self._timers: list[tuple[int, int, SetTimer]] = []
        self._order = itertools.count()

    def start(self) -> World:
        """Run the execution until it ends, or nothing more happens by itself."""
        return self.begin().go()

    def begin(self) -> World:
        """Start the execution; nothing happens yet."""
        self.tell(Started())
        return self

    def go(self) -> World:
        """Let happen what happens by itself."""
        while self.end is None and (self._waiting or self._timers) and self.longest > 0:
            self.longest -= 1
            if self._waiting:
                self.tell(self._waiting.pop(0))
            else:
                self.now_ms, _, timer = heapq.heappop(self._timers)
                self.tell(TimerFired(timer.frame, timer.seq, timer.purpose))
        return self

    def redrive(self) -> World:
        """Redrive the execution, and run it on."""
        self.end = None
        self._tell(Redriven())
        return self.go()

    def tell(self, happening: Happening) -> None:
        """Something happens."""
        for _ in range(2 if self.twice else 1):
            self._tell(happening)

    def _tell(self, happening: Happening) -> None:
        unfinished = True
        while unfinished:
            if self.restored:
                self.run = Run.restore(self.machine, self.facts, self.pieces)
            decision = self.run.advance(happening, self.now_ms, most=self.most)
            self._save()
            self.history += decision.events
            self.commands += decision.commands
            for command in decision.commands:
                self._perform(command)
            happening, unfinished = Continued(), decision.unfinished

    def _save(self) -> None:
        changes = self.run.changes()
        self.pieces |= changes.put
        for number in changes.removed:
            del self.pieces[number]

    def _perform(self, command: Command) -> None:
        match command:
            case StartTask():
                self._waiting += self.answer(command)
            case SetTimer():
                same = (command.frame, command.purpose)
                self._forget_timers(lambda timer: (timer.frame, timer.purpose) == same)
                heapq.heappush(self._timers, (command.due_ms, next(self._order), command))
            case CancelTimers():
                self._forget_timers(lambda timer: timer.frame == command.frame)
            case CancelTask():
                self._waiting = [each for each in self._waiting if not _is_about(each, command)]
            case ReadItems():
                self._waiting.append(ItemsRead(command.frame, command.seq, self.items(command)))
            case StartChild() if self.children:
                self._waiting += self._child(command)
            case EndMapRun():
                self._waiting = [each for each in self._waiting if not _is_about(each, command)]
            case RedriveChild():
                self._waiting.append(
                    ChildEnded(command.frame, command.seq, command.index, "SUCCEEDED", '"again"')
                )
            case WriteResults():
                self._waiting.append(
                    ResultsWritten(command.frame, command.seq, {"written": command.writer["Resource"]})
                )
            case EndExecution():
                self.end = command

    def _child(self, command: StartChild) -> list[Happening]:
        document = json.loads(command.input_text)
        child = World(
            self.machine.processor(command.state),
            facts(input=document, input_text=command.input_text),
            self.answer,
            self.items,
            longest=self.longest,
        )
        end = child.start().end
        if end is None:
            return []
        place = (command.frame, command.seq, command.index)
        return [ChildEnded(*place, end.status, end.output_text, command.items)]

    def _forget_timers(self, which: Callable[[SetTimer], bool]) -> None:
        self._timers = [each for each in self._timers if not which(each[2])]
        heapq.heapify(self._timers)

    @property
    def types(self) -> list[str]:
        """The types of the events so far."""
        return [event["type"] for event in self.history]

    @property
    def output(self) -> Any:
        """What the execution gave."""
        assert self.end is not None
        assert self.end.status == "SUCCEEDED", self.end
        return json.loads(self.end.output_text or "")

    @property
    def failure(self) -> tuple[str | None, str | None]:
        """Error and cause of the execution, which failed."""
        assert self.end is not None
        assert self.end.status == "FAILED"
        return self.end.error, self.end.cause

    @property
    def entered(self) -> list[str]:
        """The names of the states that were entered, in order."""
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in self.history
            if "stateEnteredEventDetails" in event
        ]

    def asked(self, kind: type[C]) -> list[C]:
        """The commands of a kind."""
        return [command for command in self.commands if isinstance(command, kind)]


def _is_about(happening: Any, command: CancelTask | EndMapRun) -> bool:
    return (happening.frame, happening.seq) == (command.frame, command.seq)


def execute(definition: Any, document: Any = None, **options: Any) -> World:
    """Run an execution of a definition with an input as far as it goes by itself."""
    known = options.pop("facts", None) or facts(input={} if document is None else document)
    return World(Machine.compile(definition), known, **options).start()


FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def task(**fields: Any) -> dict[str, Any]:
    """A Task of a function, the last of its line if nothing else is said."""
    end = {} if "Next" in fields else {"End": True}
    return {"Type": "Task", "Resource": FUNCTION, **end, **fields}


def passing(**fields: Any) -> dict[str, Any]:
    """A Pass, the last of its line if nothing else is said."""
    end = {} if "Next" in fields else {"End": True}
    return {"Type": "Pass", **end, **fields}


def line(**states: dict[str, Any]) -> dict[str, Any]:
    """A line of states that starts with the first."""
    return {"StartAt": next(iter(states)), "States": states}


def failing(error: str | None, cause: str | None = None) -> Answer:
    """Tasks that fail."""
    return lambda task: [TaskFailed(task.frame, task.seq, error, cause)]


def nothing(_task: StartTask) -> list[Happening]:
    """Tasks that go on for ever."""
    return []
