"""Numeric ranges, and the table that finds those that contain a number."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from windsock.languages.patterns.tables import Table
from windsock.languages.patterns.values import Scalar

if TYPE_CHECKING:
    from windsock.languages.patterns.index import Bucket


class Span(NamedTuple):
    """A range of numbers, its ends included or not; infinite where it has no end."""

    low: float
    high: float
    low_included: bool
    high_included: bool

    def holds(self, value: Scalar) -> bool:
        """Whether the value is a number in the range."""
        if not isinstance(value, int | float):
            return False
        above = value >= self.low if self.low_included else value > self.low
        return above and (value <= self.high if self.high_included else value < self.high)


class Spans(Table):
    """Keys are spans.

    A span with two ends is filed in the one or two cells that it touches of a grid whose cells are as wide as
    itself, rounded up to a power of two; a number is looked up once in the grid of each width that occurs. Spans
    with one end are kept sorted by it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._grids: dict[float, dict[float, dict[Span, Bucket]]] = {}
        self._from: list[Span] = []
        self._up_to: list[tuple[float, Span]] = []

    def put(self, key: Any, bucket: Bucket) -> None:
        super().put(key, bucket)
        if math.isinf(key.high):
            insort(self._from, key)
        elif math.isinf(key.low):
            insort(self._up_to, (key.high, key))
        else:
            width = _cell_width(key)
            grid = self._grids.setdefault(width, {})
            for cell in _cells(key, width):
                grid.setdefault(cell, {})[key] = bucket

    def drop(self, key: Any) -> None:
        super().drop(key)
        if math.isinf(key.high):
            self._from.remove(key)
        elif math.isinf(key.low):
            self._up_to.remove((key.high, key))
        else:
            self._drop_from_grid(key)

    def _drop_from_grid(self, key: Span) -> None:
        width = _cell_width(key)
        grid = self._grids[width]
        for cell in _cells(key, width):
            del grid[cell][key]
            if not grid[cell]:
                del grid[cell]
        if not grid:
            del self._grids[width]

    def find(self, value: Scalar) -> Iterable[Bucket]:
        if not isinstance(value, int | float):
            return ()
        found = [
            bucket
            for width, grid in self._grids.items()
            for span, bucket in grid.get(_cell(value, width), {}).items()
            if span.holds(value)
        ]
        if self._from:
            started = self._from[: bisect_right(self._from, value, key=lambda span: span.low)]
            found += [self.buckets[span] for span in started if span.holds(value)]
        if self._up_to:
            unended = self._up_to[bisect_left(self._up_to, value, key=lambda entry: entry[0]) :]
            found += [self.buckets[span] for _, span in unended if span.holds(value)]
        return found


def _cell_width(span: Span) -> float:
    return float(2.0 ** max(-1000, min(1000, math.frexp(span.high - span.low)[1])))


def _cell(value: float, width: float) -> float:
    try:
        return value // width
    except OverflowError:
        # An integer that no double holds, from an event parsed elsewhere: in no span with two ends.
        return math.nan


def _cells(span: Span, width: float) -> set[float]:
    return {_cell(span.low, width), _cell(span.high, width)}
