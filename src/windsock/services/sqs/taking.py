"""Taking messages out of a queue for somebody: which, in what order, and hiding them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.services.sqs import heap
from windsock.services.sqs.dead_letters import DeadLetters
from windsock.services.sqs.fifo_groups import first_messages, free_groups, hold_group, refresh_group
from windsock.services.sqs.queue import Queue
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


def take_messages(
    engine: Engine, tx: Transaction, queue: Queue, now_ms: int, *, most: int, visibility_ms: int
) -> list[Row]:
    """Up to `most` messages, as they were before this receipt; each is hidden for `visibility_ms`."""
    take = _take_in_order if queue.fifo else _take_any
    return take(engine, tx, queue, now_ms, most, now_ms + visibility_ms)


def _take_any(
    engine: Engine, tx: Transaction, queue: Queue, now_ms: int, most: int, visible_again_ms: int
) -> list[Row]:
    dead_letters = DeadLetters(engine, tx, queue)
    rows = heap.visible(tx, queue, now_ms, most)
    while dead := dead_letters.among(rows):
        dead_letters.take(tx, dead, now_ms)
        rows = heap.visible(tx, queue, now_ms, most)
    heap.mark_received(tx, queue, [row.seq for row in rows], now_ms, visible_again_ms)
    return rows


def _take_in_order(
    engine: Engine, tx: Transaction, queue: Queue, now_ms: int, most: int, visible_again_ms: int
) -> list[Row]:
    """As many messages of one group as there are, then of the next."""
    dead_letters = DeadLetters(engine, tx, queue)
    taken: list[Row] = []
    # Groups that held nothing but dead letters or expired messages are gone after a round.
    while not taken and (groups := free_groups(tx, queue, now_ms, most)):
        for group in groups:
            rows = _deliverable(tx, queue, dead_letters, group, now_ms, most - len(taken))
            if rows:
                heap.mark_received(tx, queue, [row.seq for row in rows], now_ms, visible_again_ms)
                hold_group(tx, queue, group, rows[0].seq, visible_again_ms)
                taken += rows
            if len(taken) == most:
                break
    return taken


def _deliverable(
    tx: Transaction, queue: Queue, dead_letters: DeadLetters, group: str, now_ms: int, most: int
) -> list[Row]:
    """The first messages of a group, up to one that is hidden; what must not be received is removed."""
    while True:
        rows = first_messages(tx, queue, group, most)
        if expired := [row for row in rows if row.sent_ms <= now_ms - queue.retention_ms]:
            for row in expired:
                heap.remove(tx, queue, row.seq)
            continue
        rows = _until_hidden(rows, now_ms)
        if dead := dead_letters.among(rows):
            dead_letters.take(tx, dead, now_ms)
            continue
        if not rows:
            refresh_group(tx, queue, group)
        return rows


def _until_hidden(rows: list[Row], now_ms: int) -> list[Row]:
    for index, row in enumerate(rows):
        if row.visible_ms > now_ms:
            return rows[:index]
    return rows
