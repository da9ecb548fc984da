"""Simulated resources: calls answered by moto, one after the other, and nothing answered ever lost.

A call goes to the child with its instant and a seed for all randomness. What changed something is logged, in
one transaction with all that follows from it, before it is answered. A child that ended, or a windsock that
was killed, is followed by one that does the logged calls again: same instants, same seeds, same ids.

One caller at a time asks the child; for the disk he waits when the next one's turn has begun. An answer goes
out only when everything it could have seen is on disk.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.engine.calls import Call
from windsock.kernel.errors import AwsError, InternalFailure, NotImplementedOperation
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope
from windsock.simulation.backend import call_log
from windsock.simulation.backend.call_log import Base, Entry
from windsock.simulation.backend.child_process import ChildGone, ChildProcess, Message
from windsock.simulation.backend.files import Files
from windsock.simulation.backend.happenings import Happening, tell
from windsock.simulation.backend.limits import CALLS_BETWEEN_STATES, HAPPENINGS_OF_A_CALL
from windsock.simulation.backend.restoring import restored
from windsock.simulation.backend.wire import encode
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

# Adds to the transaction of a call what follows from its result.
Follow = Callable[[Transaction, Any], None]

_SEED_BYTES = 16


class Moto:
    """An engine part: `engine.part(Moto)`. The first call starts the child."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._files = Files(engine.store.path.parent / "simulation")
        self._turn = asyncio.Lock()
        self.child: ChildProcess | None = None  # the one that runs
        self._watch: asyncio.Task[None] | None = None
        self._seq = call_log.latest_seq(engine.store)
        self._kept: asyncio.Future[None] | None = None  # the latest change, until it is on disk
        self._ahead = False  # the child did what could not be logged
        self._logged = 0  # calls since the child was last told to write its state
        self._writing: Base | None = None
        engine.on_stop(self._stop)

    async def answer(self, call: Call, follow: Follow | None = None) -> Any:
        """The result of a call, once all it changed is on disk; `follow` adds to that transaction.

        Raises AwsError: what moto answered, NotImplementedOperation, or InternalFailure when moto failed. It
        is gone through with even if the caller is gone, since the change may be made already.
        """
        answering = asyncio.ensure_future(self._answer(call, follow))
        # Looked at even if nobody waits for it any more: asyncio tells of errors that nobody looked at.
        answering.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(answering)

    async def _answer(self, call: Call, follow: Follow | None) -> Any:
        async with self._turn:
            await self._go_on_from_written_state()
            await self._ready()
            params, body = self._files.take_over(call.params)
            message = _message(call, params)
            at_ms, seed = self._engine.clock.now_ms(), os.urandom(_SEED_BYTES)
            base = self._files.new_base(self._seq + 1)
            answer = await self._ask(
                {**message, "at_ms": at_ms, "seed": seed, "file": str(self._files.state(base))}
            )
            if answer["changed"]:
                bodies = " ".join(filter(None, (body, *answer["bodies"])))
                entry = Entry(base.seq, at_ms, seed, encode(message), answer["digest"], bodies)
                await self._changed(_Change(call, answer, entry, base if answer["saved"] else None, follow))
            kept = self._kept
        if kept is not None:
            await asyncio.shield(kept)
        return _outcome(call, answer)

    async def _changed(self, change: _Change) -> None:
        self._seq = change.entry.seq
        self._kept = asyncio.ensure_future(self._keep(change))
        self._logged += 1
        if change.base is not None:
            self._logged, self._writing = 0, None
        elif self._logged >= CALLS_BETWEEN_STATES:
            await self._have_state_written()

    async def _ask(self, message: Message) -> Message:
        """The child's answer. One that ends is replaced once: the call left no trace, so it is made again."""
        try:
            return await (await self._ready()).ask(message)
        except ChildGone as gone:
            log.warning("moto ended within a call; it is made again", reason=str(gone), call=_name(message))
            await self._end()
        try:
            return await (await self._ready()).ask(message)
        except ChildGone as gone:
            await self._end()
            raise InternalFailure(f"moto ended within {_name(message)}: {gone}.") from gone

    async def _ready(self) -> ChildProcess:
        if self._ahead:
            self._kept = None
            await self._end()
        if self.child is None:
            if self._kept is not None:
                await asyncio.wait((self._kept,))
            self._seq = call_log.latest_seq(self._engine.store)
            self.child = await restored(self._engine.store, self._files)
            self._watch = asyncio.create_task(self._see_it_end(self.child), name="moto")
        return self.child

    async def _keep(self, change: _Change) -> None:
        """Log a change, with all that follows from it. When that fails the child knows more than the log."""

        def keep(tx: Transaction) -> None:
            if self._ahead:
                raise InternalFailure("An earlier change to simulated resources could not be stored.")
            call_log.append(tx, change.entry)
            if change.base is not None:
                call_log.rebase(tx, change.base)
            for happening in _happenings(change):
                tell(self._engine, tx, happening)
            if "result" in change.answer:
                if change.follow is not None:
                    change.follow(tx, change.answer["result"])
                completed = change.call.completed(change.answer["result"])
                if completed:
                    self._engine.tasks.complete_many(tx, completed)

        try:
            await self._engine.store.write(keep)
        except BaseException:
            self._ahead = True
            raise

    async def _have_state_written(self) -> None:
        """Have the child write its state, which takes it a while in which it answers on."""
        if self._kept is not None:
            await asyncio.wait((self._kept,))
        if self.child is not None and not self._ahead:
            self._logged, self._writing = 0, self._files.new_base(self._seq)
            await self.child.ask({"do": "save", "file": str(self._files.state(self._writing))})

    async def _go_on_from_written_state(self) -> None:
        """Once the child has written its state, the log goes on from there."""
        base = self._writing
        if base is None or not self._files.state(base).exists():
            return
        self._writing = None
        if self._kept is not None:
            await asyncio.wait((self._kept,))
        await self._engine.store.write(lambda tx: call_log.rebase(tx, base))
        self._files.keep_only(base, call_log.bodies(self._engine.store))

    async def _see_it_end(self, child: ChildProcess) -> None:
        status = await child.ended()
        async with self._turn:
            if self.child is child:
                log.error("moto ended by itself and is started again", status=status)
                await self._end()
                await self._ready()

    async def _end(self) -> None:
        child, self.child, self._writing, self._ahead = self.child, None, None, False
        if child is not None:
            await child.end()

    async def _stop(self) -> None:
        async with self._turn:
            await self._go_on_from_written_state()
            await self._end()


@dataclass(frozen=True, slots=True)
class _Change:
    """A call that changed something; `base` when the child has written its state with it."""

    call: Call
    answer: Message
    entry: Entry
    base: Base | None
    follow: Follow | None


def _message(call: Call, params: Mapping[str, Any]) -> Message:
    return {
        "do": "call",
        "service": call.service,
        "operation": call.operation,
        "params": params,
        "account": call.scope.account,
        "region": call.scope.region,
    }


def _outcome(call: Call, answer: Message) -> Any:
    if "result" in answer:
        return answer["result"]
    if "crash" in answer:
        # Where the failure says that the call names what is not there, the caller is told so.
        note = log.warning if "error" in answer else log.error
        note("moto failed", call=_name(_message(call, {})), request_id=call.request_id, trace=answer["crash"])
    if "error" in answer:
        error = answer["error"]
        raise AwsError(**error)
    if "absent" in answer:
        raise NotImplementedOperation(call.service, call.operation)
    raise InternalFailure(
        f"moto failed in {call.service}:{call.operation}: {answer['crash'].strip().rpartition(chr(10))[2]}"
    )


def _happenings(change: _Change) -> Iterator[Happening]:
    """What the child saw, in its order, then the call itself if it did what it should."""
    call, answer = change.call, change.answer
    cause = call.cause or f"call:{call.request_id}"
    seen = [
        (each["name"], Scope(each["account"], each["region"]), each["facts"]) for each in answer["happenings"]
    ]
    if "result" in answer:
        seen.append((f"{call.service}:{call.operation}", call.scope, answer["result"] or {}))
    for number, (name, scope, facts) in enumerate(seen):
        order = change.entry.seq * HAPPENINGS_OF_A_CALL + number
        yield Happening(name, scope, facts, cause, call, order)


def _name(message: Message) -> str:
    return f"{message['service']}:{message['operation']}"
