"""One invocation in one process, from handing it over to what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from windsock.kernel.clock import Clock, RealClock
from windsock.runner import failures, log_lines
from windsock.runner.contract import Invocation, Outcome
from windsock.runner.conversation import Answer, Offer
from windsock.runner.failures import Failure
from windsock.runner.limits import MAX_RESPONSE_BYTES, MEMORY_LOOK_SECONDS
from windsock.runner.memory import Usage, usage
from windsock.runner.process import FunctionProcess

# A function is a program outside: what it may take is real time, whatever windsock's own clock does.
_REAL = RealClock()


async def initialised(process: FunctionProcess, seconds: float) -> bool:
    """Wait until a process has initialised, or will never have; False when neither happened in time."""
    conversation = process.conversation
    until = _REAL.elapsed() + seconds
    while not (conversation.initialised or conversation.over):
        conversation.changed.clear()
        if not await _REAL.wait_as_client(conversation.changed, until - _REAL.elapsed()):
            return False
    return True


async def execute(
    process: FunctionProcess, invocation: Invocation, *, clock: Clock, init_ms: float | None
) -> Outcome:
    """Have a process do an invocation, however that ends. `init_ms` is how long it took to start, if it was
    started for this."""
    code = process.code
    begun = _REAL.elapsed()
    log = [process.output.take(), log_lines.start(invocation.request_id, code.version)]
    if not process.conversation.over:
        deadline_ms = _REAL.now_ms() + round(code.timeout_seconds * 1000)
        process.conversation.offer(Offer(invocation, deadline_ms))
    used = await _watch(process, begun + code.timeout_seconds)
    verdict = _verdict(process, invocation.request_id, used, clock)
    duration_ms = (_REAL.elapsed() - begun) * 1000
    log += [process.output.take(), verdict.printed]
    log.append(
        log_lines.end(
            invocation.request_id,
            duration_ms=duration_ms,
            init_ms=init_ms,
            memory_mb=code.memory_mb,
            used_mb=max(1, min(max(used.held_mb, used.peak_mb), code.memory_mb)),
            failure=verdict.failure,
        )
    )
    return Outcome(verdict.payload, verdict.error, "".join(log), process.log_stream, duration_ms, init_ms)


async def _watch(process: FunctionProcess, until: float) -> Usage:
    """Until the process asks for more (its answer is complete then), ends, has no time left, or holds too
    much memory; in the last two cases it is killed. What it used, as far as it was seen."""
    conversation = process.conversation
    used = usage(process.pid)
    while not (conversation.over or (conversation.answer and conversation.asking)):
        conversation.changed.clear()
        left = until - _REAL.elapsed()
        if left > 0 and await _REAL.wait_as_client(conversation.changed, min(left, MEMORY_LOOK_SECONDS)):
            continue
        used = usage(process.pid)
        if left <= 0 or used.held_mb > process.code.memory_mb:
            process.kill()
            return used
    # One that has ended is seen no more: what was seen before stands.
    return used if conversation.exit_status is not None else usage(process.pid)


@dataclass(frozen=True, slots=True)
class _Verdict:
    payload: bytes
    error: Literal["", "Handled", "Unhandled"]
    failure: Failure | None = None

    @property
    def printed(self) -> str:
        return self.failure.printed if self.failure else ""


def _verdict(process: FunctionProcess, request_id: str, used: Usage, clock: Clock) -> _Verdict:
    answer = process.conversation.answer
    if answer is None:
        failure = _failure(process, request_id, used, clock)
        return _Verdict(failure.payload, "Unhandled", failure)
    if len(answer.body) > MAX_RESPONSE_BYTES:
        failure = failures.too_large()
        return _Verdict(failure.payload, "Unhandled", failure)
    return _answered(answer)


def _failure(process: FunctionProcess, request_id: str, used: Usage, clock: Clock) -> Failure:
    if used.held_mb > process.code.memory_mb:
        return failures.out_of_memory(request_id)
    status = process.conversation.exit_status
    if status is not None:
        return failures.exited(request_id, status)
    return failures.timed_out(request_id, process.code.timeout_seconds, log_lines.iso_ms(clock.now_ms()))


def _answered(answer: Answer) -> _Verdict:
    if answer.error is None:
        return _Verdict(answer.body, "")
    if answer.while_initialising:
        failure = Failure(answer.error, "", reported=answer.error)
        return _Verdict(answer.body, "Unhandled", failure)
    return _Verdict(answer.body, "Handled" if answer.error == "Handled" else "Unhandled")
