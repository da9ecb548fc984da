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
        if not isinstance(value, (int, float)):
            return False
        above = value >= self.low if self.low_included else value > self.low
        return above and (value <= self.high if self.high_included else value < self.high)


class Spans(Table):
    """Keys are spans.

    A span with two ends is filed in the one or two cells that it touches of a grid whose cells are as wide as
    itself, rounded up to a power of four; a number is looked up once in the grid of each width that occurs.
    Spans with one end are kept sorted by it.
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
        if not isinstance(value, (int, float)):
            return ()
        position = _position(value)
        found = []
        for width, grid in self._grids.items():
            spans = grid.get(position // width)
            if spans is not None:
                for span, bucket in spans.items():
                    low, high, _, _ = span
                    if low < value < high or (low <= value <= high and span.holds(value)):
                        found.append(bucket)
        if self._from:
            started = self._from[: bisect_right(self._from, value, key=lambda span: span.low)]
            found += [self.buckets[span] for span in started if span.holds(value)]
        if self._up_to:
            unended = self._up_to[bisect_left(self._up_to, value, key=lambda entry: entry[0]) :]
            found += [self.buckets[span] for _, span in unended if span.holds(value)]
        return found


def _position(value: float) -> float:
    """The value as the grids divide it; integers that no double holds are in no span with two ends."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _cell_width(span: Span) -> float:
    """A power of four, for fewer grids than powers of two would make."""
    exponent = math.frexp(span.high - span.low)[1]
    return float(4.0 ** max(-500, min(500, (exponent + 1) // 2)))


def _cells(span: Span, width: float) -> set[float]:
    return {_position(span.low) // width, _position(span.high) // width}
