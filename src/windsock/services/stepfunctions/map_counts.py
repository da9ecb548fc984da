"""How many executions and items of a map run are in which state.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_MapRunExecutionCounts.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.kernel.scope import Scope
from windsock.services.stepfunctions import execution_rows, map_run_rows
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

PENDING: Final = "pending"
RUNNING: Final = "running"
_BY_STATUS: Final = {
    execution_rows.SUCCEEDED: "succeeded",
    execution_rows.FAILED: "failed",
    execution_rows.TIMED_OUT: "timedOut",
    execution_rows.ABORTED: "aborted",
}
_NAMES: Final = (PENDING, RUNNING, *_BY_STATUS.values())
_EXECUTIONS: Final = 0
_ITEMS: Final = 1
NONE: Final = "{}"


def of_status(status: str) -> str:
    """What a child that ended so is counted as."""
    return _BY_STATUS[status]


def move(tx: Transaction, scope: Scope, map_run: str, items: int, source: str, target: str) -> None:
    """A child with so many items leaves one state (empty: it is new) for another."""
    row = map_run_rows.find(tx, scope, map_run)
    if row is None:
        return
    counts = orjson.loads(row.counts)
    for name, sign in ((source, -1), (target, 1)):
        if name:
            executions, held = counts.get(name, (0, 0))
            counts[name] = (executions + sign, held + sign * items)
    map_run_rows.change(tx, scope, row, counts=orjson.dumps(counts).decode())


def execution_counts(row: Row) -> dict[str, int]:
    """The executionCounts of a map run."""
    return _shown(row, _EXECUTIONS)


def item_counts(row: Row) -> dict[str, int]:
    """The itemCounts of a map run. Items that no child was begun for are pending."""
    counts = _shown(row, _ITEMS)
    if row.total_items is not None:
        begun = sum(counts[name] for name in _NAMES)
        counts[PENDING] += max(row.total_items - begun, 0)
        counts["total"] = row.total_items
    return counts


def _shown(row: Row, which: int) -> dict[str, Any]:
    counts = orjson.loads(row.counts)
    shown = {name: counts[name][which] if name in counts else 0 for name in _NAMES}
    shown["total"] = sum(shown.values())
    shown["resultsWritten"] = shown["succeeded"] if row.status == execution_rows.SUCCEEDED else 0
    return shown
