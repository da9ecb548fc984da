"""The history of executions as it is kept: a row for all events of one turn.

Compressing pays, as events repeat one another: measured, a chain of ten Pass states takes 45 bytes a
transition instead of 435. A small window makes a small compressor: at zlib's own size making one takes 50 µs,
five times as long as the work.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.languages.asl.run import HistoryEvent
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.tables import history as table
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

_OF_EXECUTION = (*in_scope(table), table.c.execution == sa.bindparam("of_execution"))
_APPEND = Statement(sa.insert(table))
_FROM = Statement(
    sa.select(table.c.events)
    .where(*_OF_EXECUTION, table.c.first_event > sa.bindparam("after"))
    .order_by(table.c.first_event)
    .limit(1)
)
_UP_TO = Statement(
    sa.select(table.c.first_event, table.c.events)
    .where(*_OF_EXECUTION, table.c.first_event <= sa.bindparam("event"))
    .order_by(table.c.first_event.desc())
    .limit(1)
)

_SMALL: Final = 300
_LEVEL: Final = 6
_WINDOW_BITS: Final = 12
_MEMORY_LEVEL: Final = 5
_BEYOND: Final = 2**62
# What a JSON list begins with, and no zlib stream.
_PLAIN: Final = b"["


def append(tx: Transaction, scope: Scope, execution: str, events: list[HistoryEvent]) -> None:
    """Add the events of one turn."""
    tx.execute(
        _APPEND,
        {
            **scope.columns,
            "execution": execution,
            "first_event": events[0]["id"],
            "events": packed(events),
        },
    )


def newest_first(
    tx: Snapshot, scope: Scope, execution: str, most: int, event: int = _BEYOND
) -> list[HistoryEvent]:
    """At most `most` events from the one numbered `event` down."""
    found: list[HistoryEvent] = []
    while event > 0 and len(found) < most:
        row = tx.row(_UP_TO, _values(scope, execution, event=event))
        if row is None:
            break
        found += [each for each in reversed(_unpacked(row.events)) if each["id"] <= event]
        event = row.first_event - 1
    return found[:most]


def oldest_first(tx: Snapshot, scope: Scope, execution: str, most: int, event: int = 1) -> list[HistoryEvent]:
    """At most `most` events from the one numbered `event` up."""
    found: list[HistoryEvent] = []
    row = tx.row(_UP_TO, _values(scope, execution, event=event))
    while row is not None and len(found) < most:
        events = _unpacked(row.events)
        found += [each for each in events if each["id"] >= event]
        row = tx.row(_FROM, _values(scope, execution, after=events[-1]["id"]))
    return found[:most]


def packed(events: list[HistoryEvent]) -> bytes:
    """Events as they are kept."""
    text = orjson.dumps(events)
    if len(text) <= _SMALL:
        return text
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return compressor.compress(text) + compressor.flush()


def _unpacked(kept: bytes) -> list[HistoryEvent]:
    text = kept if kept.startswith(_PLAIN) else zlib.decompress(kept)
    events: list[HistoryEvent] = orjson.loads(text)
    return events


def _values(scope: Scope, execution: str, **values: Any) -> dict[str, Any]:
    return {**scope.columns, "of_execution": execution, **values}
