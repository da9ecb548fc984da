"""Running an execution in memory: its tasks are called at once, its instants waited for.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from windsock.kernel.log import Log
from windsock.kernel.turns import others_first
from windsock.languages.asl.commands import (
    CancelTask,
    CancelTimers,
    Command,
    EndExecution,
    SetTimer,
    StartTask,
)
from windsock.languages.asl.happenings import (
    Continued,
    Happening,
    Started,
    TaskFailed,
    TaskSucceeded,
    TimedOut,
    TimerFired,
    TimerPurpose,
)
from windsock.languages.asl.resources import Resource
from windsock.languages.asl.run import Run
from windsock.services.stepfunctions import execution_logs
from windsock.services.stepfunctions.express_executions import ExpressEnd, ExpressExecution
from windsock.services.stepfunctions.limits import EXPRESS_EVENTS, EXPRESS_SECONDS, TRANSITIONS_PER_TURN
from windsock.services.stepfunctions.machine_settings import OFF
from windsock.services.stepfunctions.work import Integrations, Work, WorkFailed

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)


class ExpressRun:
    """One Express execution under way."""

    def __init__(self, engine: Engine, execution: ExpressExecution) -> None:
        self._engine = engine
        self._execution = execution
        self._run = Run.new(execution.definition.machine, execution.facts())
        self._happened: deque[Happening] = deque([Started()])
        self._woken = asyncio.Event()
        self._timers: dict[tuple[int, TimerPurpose], SetTimer] = {}
        self._tasks: dict[tuple[int, int], asyncio.Task[Happening]] = {}
        self._end = ExpressEnd("", 0)
        self._is_logged = execution.definition.settings.log_level != OFF
        # From now, and not from when it was accepted: what was down meanwhile takes nobody's time away.
        longest = execution.definition.machine.timeout_seconds or EXPRESS_SECONDS
        self._deadline_ms = engine.clock.now_ms() + min(longest, EXPRESS_SECONDS) * 1000

    async def to_end(self) -> ExpressEnd:
        """Run until the execution is over. The caller is busy meanwhile, as `engine.activity` counts."""
        try:
            while not self._end.status:
                if self._happened:
                    self._decide(self._happened.popleft())
                    await self._log_much()
                    await others_first()
                else:
                    await self._wait()
        finally:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self._end

    def _decide(self, happening: Happening) -> None:
        now = self._engine.clock.now_ms()
        decision = self._run.advance(happening, now, most=TRANSITIONS_PER_TURN)
        if self._is_logged:
            self._end.events += decision.events
        for command in decision.commands:
            self._perform(command)
        if decision.unfinished:
            self._happened.append(Continued())

    async def _log_much(self) -> None:
        """Have events written before the end, so that a long run does not fill the memory with them."""
        events = self._end.events
        if len(events) >= EXPRESS_EVENTS and not self._end.status:
            self._end.events = []
            await self._engine.store.write(
                lambda tx: execution_logs.write_express(self._engine, tx, self._execution, events)
            )

    def _perform(self, command: Command) -> None:
        match command:
            case StartTask():
                self._begin(command)
            case CancelTask(frame, seq):
                task = self._tasks.pop((frame, seq), None)
                if task is not None:
                    task.cancel()
            case SetTimer():
                self._timers[command.frame, command.purpose] = command
            case CancelTimers(frame):
                self._timers = {key: timer for key, timer in self._timers.items() if key[0] != frame}
            case EndExecution():
                self._end.status = command.status
                self._end.stopped_ms = self._engine.clock.now_ms()
                self._end.output = command.output_text
                self._end.error, self._end.cause = command.error, command.cause
            case _:
                raise TypeError(f"An Express execution cannot do {command}.")

    async def _wait(self) -> None:
        """Wait for a task to end, or for the next instant."""
        self._woken.clear()
        due = min((timer.due_ms for timer in self._timers.values()), default=self._deadline_ms)
        due = min(due, self._deadline_ms)
        with self._engine.activity.resting():
            await self._engine.clock.wait(self._woken, due)
        now = self._engine.clock.now_ms()
        for key, timer in sorted(self._timers.items(), key=lambda each: each[1].due_ms):
            if timer.due_ms <= now:
                del self._timers[key]
                self._happened.append(TimerFired(timer.frame, timer.seq, timer.purpose))
        if now >= self._deadline_ms:
            self._happened.append(TimedOut())

    def _begin(self, command: StartTask) -> None:
        self._engine.activity.begin()
        task = asyncio.create_task(self._outcome(command))
        self._tasks[command.frame, command.seq] = task
        task.add_done_callback(lambda task: self._done(command, task))

    def _done(self, command: StartTask, task: asyncio.Task[Happening]) -> None:
        self._tasks.pop((command.frame, command.seq), None)
        if not task.cancelled():
            error = task.exception()
            self._happened.append(task.result() if error is None else _defect(command, error))
            self._woken.set()
        self._engine.activity.end()

    async def _outcome(self, command: StartTask) -> Happening:
        execution = self._execution
        work = Work(
            engine=self._engine,
            scope=execution.scope,
            resource=Resource.parse(command.resource),
            arguments=command.arguments,
            role=execution.definition.role,
            other_role=(command.credentials or {}).get("RoleArn", ""),
            cause=execution.origin,
            execution_arn=execution.arn,
            machine_arn=execution.machine_arn,
            frame=command.frame,
            seq=command.seq,
        )
        try:
            answer = await self._engine.part(Integrations).request(work)
        except WorkFailed as failure:
            return TaskFailed(
                command.frame, command.seq, failure.error, failure.cause, start_failed=failure.start_failed
            )
        return TaskSucceeded(command.frame, command.seq, answer)


def _defect(command: StartTask, error: BaseException) -> TaskFailed:
    log.error("a task failed inside windsock", resource=command.resource, error=str(error))
    return TaskFailed(command.frame, command.seq, "States.TaskFailed", f"{type(error).__name__}: {error}")
