"""Statistics of what was measured in a period: pure arithmetic on sums and on the spread of values.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

Spread = Mapping[float, float]
"""Values and how often each came."""


@dataclass(slots=True)
class Measured:
    """What was measured in one period. `spread` is None where single values are not known."""

    samples: float = 0.0
    total: float = 0.0
    smallest: float = math.inf
    largest: float = -math.inf
    spread: dict[float, float] | None = field(default_factory=dict)

    def add(self, other: Measured) -> None:
        """Take in what was measured elsewhere or later."""
        self.samples += other.samples
        self.total += other.total
        self.smallest = min(self.smallest, other.smallest)
        self.largest = max(self.largest, other.largest)
        if self.spread is None or other.spread is None:
            self.spread = None
            return
        for value, count in other.spread.items():
            self.spread[value] = self.spread.get(value, 0.0) + count


Statistic = Callable[[Measured], float | None]
"""Gives None where the single values would be needed and are not known."""

_BASIC: Final[Mapping[str, Statistic]] = {
    "SampleCount": lambda measured: measured.samples,
    "Sum": lambda measured: measured.total,
    "Average": lambda measured: measured.total / measured.samples if measured.samples else None,
    "Minimum": lambda measured: measured.smallest,
    "Maximum": lambda measured: measured.largest,
}
BASIC_STATISTICS: Final = tuple(_BASIC)

_NUMBER: Final = r"\d{1,3}(?:\.\d{1,10})?"
_PERCENTILE: Final = re.compile(rf"(p|tm|wm|tc|ts)({_NUMBER})")
_RANGE: Final = re.compile(rf"(TM|WM|TC|TS|PR)\(({_NUMBER}%?)?:({_NUMBER}%?)?\)")


@functools.lru_cache(maxsize=256)
def statistic(name: str) -> Statistic | None:
    """The statistic of that name (`Average`, `p99.9`, `tm90`, `TS(80%:)`), or None when there is none."""
    basic = _BASIC.get(name)
    if basic is not None:
        return basic
    if name == "IQM":
        return _of_range("tm", 25.0, 75.0)
    short = _PERCENTILE.fullmatch(name)
    if short is not None:
        kind, bound = short[1], float(short[2])
        if bound > 100:
            return None
        return _percentile(bound) if kind == "p" else _of_range(kind, 0.0, bound)
    span = _RANGE.fullmatch(name)
    return None if span is None else _spanned(span[1].lower(), span[2], span[3])


def _spanned(kind: str, low: str | None, high: str | None) -> Statistic | None:
    if low is None and high is None:
        return None
    if all(bound is None or bound.endswith("%") for bound in (low, high)) and kind != "pr":
        return _of_range(kind, float(low[:-1]) if low else 0.0, float(high[:-1]) if high else 100.0)
    if any(bound is not None and bound.endswith("%") for bound in (low, high)):
        return None
    return _of_values(kind, float(low) if low else -math.inf, float(high) if high else math.inf)


def _percentile(bound: float) -> Statistic:
    def value(measured: Measured) -> float | None:
        if not measured.spread:
            return None
        return _at(sorted(measured.spread.items()), measured.samples * bound / 100)

    return value


def _at(spread: list[tuple[float, float]], rank: float) -> float:
    """The value below which `rank` of the samples lie."""
    passed = 0.0
    for value, count in spread:
        passed += count
        if passed >= rank:
            return value
    return spread[-1][0]


def _of_range(kind: str, low: float, high: float) -> Statistic:
    """Of the samples between two percentiles: trimmed mean, winsorized mean, trimmed count and sum."""

    def value(measured: Measured) -> float | None:
        if not measured.spread:
            return None
        spread = sorted(measured.spread.items())
        begin, end = measured.samples * low / 100, measured.samples * high / 100
        kept, passed = [], 0.0
        for each, count in spread:
            inside = min(passed + count, end) - max(passed, begin)
            passed += count
            if inside > 0:
                kept.append((each, inside))
        return _summed(kind, kept, measured.samples)

    return value


def _of_values(kind: str, low: float, high: float) -> Statistic:
    """The same of the samples between two values; `PR` is their share in percent."""

    def value(measured: Measured) -> float | None:
        if not measured.spread:
            return None
        kept = [(each, count) for each, count in sorted(measured.spread.items()) if low < each <= high]
        if kind == "pr":
            return 100 * sum(count for _, count in kept) / measured.samples
        return _summed(kind, kept, measured.samples)

    return value


def _summed(kind: str, kept: list[tuple[float, float]], samples: float) -> float | None:
    count = sum(each for _, each in kept)
    total = sum(value * each for value, each in kept)
    if kind == "tc":
        return count
    if kind == "ts":
        return total
    if not kept:
        return None
    if kind == "tm":
        return total / count
    # Winsorized: what was cut off counts as the nearest value that was kept.
    return (total + (samples - count) * kept[-1][0]) / samples
