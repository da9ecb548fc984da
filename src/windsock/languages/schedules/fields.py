"""The fields of a cron expression that are plain sets of numbers: lists, ranges, steps and names.

AWS documents `, - * /` and names; where its page is silent its parser behaves as Quartz's, whose fields
these are: names in any case, ranges that wrap round the end of a cycle (`22-2`, `FRI-MON`), `a-b/n`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_ITEM: Final = re.compile(
    r"(?P<all>\*)(?:/(?P<every>\d+))?|(?P<first>\d+|[A-Z]+)(?:-(?P<last>\d+|[A-Z]+))?(?:/(?P<step>\d+))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Field:
    """The values a field may hold: `low` to `high`, by number or by name."""

    title: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)
    is_cycle: bool = True

    def parse(self, text: str) -> frozenset[int]:
        """The numbers that `text` stands for; ValueError when it is not a value of this field."""
        numbers: set[int] = set()
        for item in text.upper().split(","):
            numbers.update(self._item(item))
        return frozenset(numbers)

    def number(self, text: str) -> int:
        """The number that one value, written as a number or a name, stands for."""
        number = self.names.get(text)
        if number is None:
            number = int(text) if text.isdecimal() and text.isascii() and len(text) <= 4 else -1
        if not self.low <= number <= self.high:
            raise self._refused(text)
        return number

    def _item(self, item: str) -> range | list[int]:
        match = _ITEM.fullmatch(item)
        if match is None:
            raise self._refused(item)
        if match["all"] is not None:
            return range(self.low, self.high + 1, self._step(match["every"]))
        first = self.number(match["first"])
        if match["last"]:
            return self._range(first, self.number(match["last"]), self._step(match["step"]), item)
        if match["step"]:
            return range(first, self.high + 1, self._step(match["step"]))
        return [first]

    def _range(self, first: int, last: int, step: int, item: str) -> range | list[int]:
        if first <= last:
            return range(first, last + 1, step)
        if not self.is_cycle:
            raise self._refused(item)
        cycle = self.high - self.low + 1
        return [(n - self.low) % cycle + self.low for n in range(first, last + cycle + 1, step)]

    def _step(self, text: str | None) -> int:
        if text is None:
            return 1
        step = int(text) if len(text) <= 4 else 0
        if not 1 <= step <= self.high:
            raise ValueError(f"{self.title}: the increment {text!r} is out of range")
        return step

    def _refused(self, text: str) -> ValueError:
        return ValueError(f"{self.title}: {text!r} is not a value of {self.low} to {self.high}")


_MONTH_NAMES: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY_NAMES: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

MINUTES: Final = Field("minutes", 0, 59)
HOURS: Final = Field("hours", 0, 23)
DAYS_OF_MONTH: Final = Field("day-of-month", 1, 31)
MONTHS: Final = Field("month", 1, 12, {name: n for n, name in enumerate(_MONTH_NAMES, 1)})
DAYS_OF_WEEK: Final = Field("day-of-week", 1, 7, {name: n for n, name in enumerate(_DAY_NAMES, 1)})
YEARS: Final = Field("year", 1970, 2199, is_cycle=False)
