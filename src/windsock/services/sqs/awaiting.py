"""Waiting for messages without taking any: what Lambda's event source mappings do between batches.

`AwaitMessages` is no operation of AWS's API and cannot be reached from outside. Unlike a long poll it has no
end of its own, so an idle queue costs nothing, however far a virtual clock is advanced.
"""

from __future__ import annotations

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.services.sqs import fifo_groups, heap
from windsock.services.sqs.pollers import Pollers
from windsock.services.sqs.queue import queue_at
from windsock.store.transaction import Snapshot


@waiting("AwaitMessages")
async def await_messages(ctx: Context, params: Params) -> Result:
    """Return once a message of `QueueUrl` may be received, or at the instant `UntilMs` if that is given.

    Raises QueueDoesNotExist, also when the queue is deleted meanwhile.
    """
    url: str = params["QueueUrl"]
    until_ms: int | None = params.get("UntilMs")
    engine = ctx.engine
    queue_id = engine.store.read(lambda tx: queue_at(ctx, tx, url)).id
    with engine.part(Pollers).waiting(queue_id) as event:
        while True:
            event.clear()
            next_ms = engine.store.read(lambda tx: _receivable_at(ctx, tx, url))
            instants = [instant for instant in (next_ms, until_ms) if instant is not None]
            if instants and min(instants) <= ctx.now_ms:
                return None
            with engine.activity.resting():
                await engine.clock.wait(event, min(instants, default=None))


def _receivable_at(ctx: Context, tx: Snapshot, url: str) -> int | None:
    """The instant from which on something may be received; the present one if it may be now."""
    queue = queue_at(ctx, tx, url)
    now = ctx.now_ms
    if queue.fifo:
        return now if fifo_groups.free_groups(tx, queue, now, 1) else fifo_groups.next_free_ms(tx, queue, now)
    return now if heap.visible(tx, queue, now, 1) else heap.next_visible_ms(tx, queue, now)
