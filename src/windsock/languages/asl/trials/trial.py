"""What becomes of a state that is tried: it succeeds, would be tried again, is caught, or fails."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from windsock.languages.asl.commands import Command, EndExecution, SetTimer, StartTask
from windsock.languages.asl.failures import Failure
from windsock.languages.asl.frames import ROOT
from windsock.languages.asl.happenings import Happening, Started, TaskFailed, TaskSucceeded, TimerFired
from windsock.languages.asl.machine import Machine
from windsock.languages.asl.run import HistoryEvent, Run
from windsock.languages.asl.trials.setup import Setup
from windsock.languages.asl.trials.subject import Subject

Status = Literal["SUCCEEDED", "FAILED", "RETRIABLE", "CAUGHT_ERROR"]


@dataclass(frozen=True, slots=True)
class Result:
    """How the state's task, branches or iterations ended: a result (JSON), or an error and its cause."""

    text: str | None = None
    error: str | None = None
    cause: str | None = None

    def happening(self, frame: int, seq: int) -> Happening:
        """What a run is told of it."""
        if self.text is not None:
            return TaskSucceeded(frame, seq, text=self.text)
        return TaskFailed(frame, seq, self.error, self.cause)


@dataclass(frozen=True, slots=True)
class ErrorDetails:
    """Which retrier or catcher handled an error (their places in Retry and Catch)."""

    retry_index: int | None = None
    retry_seconds: int | None = None
    catch_index: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the state. `output` is JSON; `variables` are those it sets, JSON by name."""

    status: Status
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    next_state: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    details: ErrorDetails | None = None


class Trial:
    """A state, tried in a setup."""

    def __init__(self, subject: Subject, setup: Setup) -> None:
        """Raises DefinitionError for a state that is none."""
        self._subject = subject
        self._setup = setup
        self._state = subject.machine().line.states[subject.name]
        self._bare = subject.machine(without=("Retry", "Catch"))
        self._catching = subject.machine(without=("Retry",))

    def task(self) -> StartTask | None:
        """The task of the state; None when it has none, or does not come so far."""
        return self._play(self._bare, None).task

    def outcome(self, result: Result | None = None) -> Outcome:
        """What becomes of the state, once its task (if `task` gave one) ended so."""
        play = self._play(self._bare, result)
        if play.failure is None:
            return _left(play, "SUCCEEDED")
        return self._handle(play.failure, result)

    def _handle(self, failure: Failure, result: Result | None) -> Outcome:
        """What Retry and Catch make of a failure."""
        failed = Outcome("FAILED", error=failure.error, cause=failure.cause)
        retried = next((i for i, each in enumerate(self._state.retriers) if each.takes(failure)), None)
        if retried is not None:
            failed = replace(failed, details=ErrorDetails(retried))
            retrier = self._state.retriers[retried]
            if self._setup.retries < retrier.attempts:
                seconds = math.ceil(retrier.delay_ms(self._setup.retries, 1) / 1000)
                return replace(failed, status="RETRIABLE", details=ErrorDetails(retried, seconds))
        caught = next((i for i, each in enumerate(self._state.catchers) if each.takes(failure)), None)
        if caught is None:
            return failed
        play = self._play(self._catching, result)
        if play.failure is not None:
            return replace(failed, error=play.failure.error, cause=play.failure.cause)
        details = ErrorDetails(retried, None, caught)
        return replace(_left(play, "CAUGHT_ERROR"), error=failure.error, cause=failure.cause, details=details)

    def _play(self, machine: Machine, result: Result | None) -> _Play:
        play = _Play(self._setup.run(self._subject, machine), self._setup.now_ms)
        play.go(result)
        return play


class _Play:
    """One course of the state: from its start until it is left, fails, or lacks a result."""

    def __init__(self, run: Run, now_ms: int) -> None:
        self.task: StartTask | None = None
        self.failure: Failure | None = None
        self.exit: HistoryEvent = {}
        self.run = run
        self._now_ms = now_ms

    def go(self, result: Result | None) -> None:
        # One state transition, and none after: what follows the state is not entered.
        commands = self._advance(Started(), most=1)
        while commands:
            command = commands.pop(0)
            if isinstance(command, StartTask):
                self.task = command
                if result is not None:
                    commands += self._advance(result.happening(command.frame, command.seq), most=0)
            elif isinstance(command, SetTimer) and command.purpose == "wait":
                fired = TimerFired(command.frame, command.seq, command.purpose)
                commands += self._advance(fired, most=0)
            elif isinstance(command, EndExecution) and not self.exit:
                self.failure = Failure.named(command.error, command.cause)

    def _advance(self, happening: Happening, most: int) -> list[Command]:
        decision = self.run.advance(happening, self._now_ms, most=most)
        for event in decision.events:
            if event["type"].endswith("StateExited"):
                self.exit = event["stateExitedEventDetails"]
        return decision.commands


def _left(play: _Play, status: Status) -> Outcome:
    frame = play.run.tree.frames.get(ROOT)
    following = None if frame is None else frame.state
    variables = play.exit.get("assignedVariables", {})
    return Outcome(status, play.exit["output"], next_state=following, variables=variables)
