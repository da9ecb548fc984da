"""Measurements of what windsock does, kept by the minute for CloudWatch to read.

Counting only adds to a sum in memory; the sums are written with the next group of changes, so a
measurement costs no transaction of its own. What AWS also counts without dimensions is the sum over
them, to be made when it is read.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from windsock.engine.tables import metric_minutes as table
from windsock.kernel.scope import Scope
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.kernel.clock import Clock

_insert = insert(table)
_ADD = Statement(
    _insert.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={
            "samples": table.c.samples + _insert.excluded.samples,
            "total": table.c.total + _insert.excluded.total,
            "smallest": sa.func.min(table.c.smallest, _insert.excluded.smallest),
            "largest": sa.func.max(table.c.largest, _insert.excluded.largest),
        },
    )
)

MINUTE_MS = 60_000
# Sets of dimensions whose text is remembered.
_KNOWN_AT_MOST = 10_000


class Metrics:
    """Counts per minute, namespace, name and dimensions."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sums: dict[tuple[Scope, str, str, str, int], list[float]] = {}
        self._dimensions: dict[tuple[tuple[str, str], ...], str] = {}

    def count(
        self, scope: Scope, namespace: str, name: str, dimensions: Mapping[str, str], value: float = 1
    ) -> None:
        """Add one sample, to be written with the next changes."""
        self.count_all(scope, namespace, name, dimensions, (value,))

    def count_all(
        self, scope: Scope, namespace: str, name: str, dimensions: Mapping[str, str], values: Sequence[float]
    ) -> None:
        """Add several samples at once, at least one."""
        minute = self._clock.now_ms() // MINUTE_MS * MINUTE_MS
        key = (scope, namespace, name, self._text(dimensions), minute)
        sums = self._sums.get(key)
        if sums is None:
            self._sums[key] = [len(values), sum(values), min(values), max(values)]
            return
        sums[0] += len(values)
        sums[1] += sum(values)
        sums[2] = min(sums[2], *values)
        sums[3] = max(sums[3], *values)

    def flush(self, tx: Transaction) -> None:
        """Write the sums. Runs with every group of changes."""
        if not self._sums:
            return
        rows: list[dict[str, Any]] = [
            {
                "account": scope.account,
                "region": scope.region,
                "namespace": namespace,
                "name": name,
                "dimensions": dimensions,
                "minute_ms": minute,
                "samples": samples,
                "total": total,
                "smallest": smallest,
                "largest": largest,
            }
            for (scope, namespace, name, dimensions, minute), (
                samples, total, smallest, largest,
            ) in self._sums.items()
        ]  # fmt: skip
        self._sums.clear()
        tx.execute_many(_ADD, rows)

    def _text(self, dimensions: Mapping[str, str]) -> str:
        key = tuple(dimensions.items())
        text = self._dimensions.get(key)
        if text is None:
            if len(self._dimensions) >= _KNOWN_AT_MOST:
                self._dimensions.clear()  # values may come from log events, without end
            text = self._dimensions[key] = orjson.dumps(dimensions, option=orjson.OPT_SORT_KEYS).decode()
        return text
