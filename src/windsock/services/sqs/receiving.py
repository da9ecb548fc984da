"""Receiving messages, at once or by a long poll.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.services.sqs import heap, measures
from windsock.services.sqs.errors import InvalidParameterValue, OverLimit
from windsock.services.sqs.fifo_groups import next_free_ms
from windsock.services.sqs.giving_back import Handover, Taken
from windsock.services.sqs.in_flight import InFlight
from windsock.services.sqs.limits import MAX_RECEIVED_AT_ONCE, MAX_VISIBILITY_TIMEOUT, MAX_WAIT
from windsock.services.sqs.message_attributes import wanted_by
from windsock.services.sqs.parameters import required
from windsock.services.sqs.pollers import Pollers
from windsock.services.sqs.queue import Queue, queue_at
from windsock.services.sqs.receive_attempts import remember_attempt, repeat_attempt
from windsock.services.sqs.received import Received, shown, system_attributes_wanted
from windsock.services.sqs.taking import take_messages
from windsock.store.statements import Row
from windsock.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Request:
    """What a ReceiveMessage asks for; None where the queue decides."""

    url: str
    most: int
    visibility_ms: int | None
    wait_seconds: int | None
    attempt_id: str | None
    system_names: Sequence[str]
    wanted: Callable[[str], bool] | None


class Look(NamedTuple):
    """What one look at a queue gave: messages, or when there may be some."""

    queue: Queue
    messages: list[dict[str, Any]]
    next_ms: int | None


@waiting("ReceiveMessage")
async def receive_message(ctx: Context, params: Params) -> Result:
    """Up to MaxNumberOfMessages messages; if there are none, wait up to WaitTimeSeconds for the first."""
    request = _request(params)
    look = await _look(ctx, request)
    seconds = _wait_seconds(look.queue, request)
    if not look.messages and seconds:
        look = await _poll(ctx, request, look.queue, seconds)
    measures.received(ctx.engine, look.queue, len(look.messages))
    return {"Messages": look.messages} if look.messages else {}


async def _poll(ctx: Context, request: Request, queue: Queue, seconds: int) -> Look:
    clock = ctx.engine.clock
    started = clock.elapsed()
    deadline_ms = clock.now_ms() + seconds * 1000
    with ctx.engine.part(Pollers).waiting(queue.id, request.most) as event:
        while True:
            event.clear()
            look = await _look(ctx, request)
            # Real seconds count too, for clients of a clock that nobody advances.
            left = min((deadline_ms - clock.now_ms()) / 1000, seconds - (clock.elapsed() - started))
            if look.messages or left <= 0:
                return look
            if look.next_ms is not None:
                left = min(left, (look.next_ms - clock.now_ms()) / 1000)
            with ctx.engine.activity.resting():
                await clock.wait_as_client(event, left)


async def _look(ctx: Context, request: Request) -> Look:
    handover = Handover(ctx.engine)
    try:
        return await ctx.engine.store.write(lambda tx: _receive(ctx, tx, request, handover))
    except asyncio.CancelledError:
        handover.abandon()
        raise


def _receive(ctx: Context, tx: Transaction, request: Request, handover: Handover) -> Look:
    queue = queue_at(ctx, tx, request.url)
    now = ctx.now_ms
    visibility_ms = queue.visibility_ms if request.visibility_ms is None else request.visibility_ms
    if queue.fifo and request.attempt_id is not None:
        again = repeat_attempt(tx, queue, request.attempt_id, now, visibility_ms)
        if again is not None:
            return Look(queue, [_shown(request, queue, row, row.receives, now) for row in again], None)
    room = _room(ctx, tx, queue, request, now)
    taken = take_messages(ctx.engine, tx, queue, now, most=room, visibility_ms=visibility_ms) if room else []
    if not taken:
        upcoming = next_free_ms if queue.fifo else heap.next_visible_ms
        return Look(queue, [], upcoming(tx, queue, now))
    handover.take(tx, Taken(queue, taken, now + visibility_ms))
    if queue.fifo and request.attempt_id is not None:
        remember_attempt(tx, queue, request.attempt_id, taken, now)
    ctx.engine.part(InFlight).add(queue, len(taken))
    # Whoever waits must learn when these become visible again.
    heap.wake_pollers(ctx.engine, tx, queue)
    return Look(queue, [_shown(request, queue, row, row.receives + 1, now) for row in taken], None)


def _room(ctx: Context, tx: Transaction, queue: Queue, request: Request, now_ms: int) -> int:
    room = ctx.engine.part(InFlight).room(tx, queue, now_ms, request.most)
    if not room and not queue.fifo and not _wait_seconds(queue, request):
        raise OverLimit("Too many messages of the queue are in flight.")
    return room


def _wait_seconds(queue: Queue, request: Request) -> int:
    return queue.wait_seconds if request.wait_seconds is None else request.wait_seconds


def _shown(request: Request, queue: Queue, row: Row, receives: int, now_ms: int) -> dict[str, Any]:
    received = Received(queue, row, receives, row.first_received_ms or now_ms)
    return shown(received, request.system_names, request.wanted)


def _request(params: Params) -> Request:
    most = params.get("MaxNumberOfMessages")
    if most is not None and not 1 <= most <= MAX_RECEIVED_AT_ONCE:
        reason = f"Must be between 1 and {MAX_RECEIVED_AT_ONCE}, if provided."
        raise InvalidParameterValue.of("MaxNumberOfMessages", most, reason)
    visibility = _seconds(params, "VisibilityTimeout", MAX_VISIBILITY_TIMEOUT)
    wait = _seconds(params, "WaitTimeSeconds", MAX_WAIT)
    names = [*(params.get("MessageSystemAttributeNames") or ()), *(params.get("AttributeNames") or ())]
    return Request(
        url=required(params, "QueueUrl"),
        most=1 if most is None else most,
        visibility_ms=None if visibility is None else visibility * 1000,
        wait_seconds=wait,
        attempt_id=params.get("ReceiveRequestAttemptId"),
        system_names=system_attributes_wanted(names) if names else (),
        wanted=wanted_by(params.get("MessageAttributeNames") or ()),
    )


def _seconds(params: Params, name: str, most: int) -> int | None:
    value: int | None = params.get(name)
    if value is not None and not 0 <= value <= most:
        raise InvalidParameterValue.of(name, value, f"Must be >= 0 and <= {most}, if provided.")
    return value
