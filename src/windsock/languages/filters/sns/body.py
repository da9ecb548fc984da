"""A message body (JSON) against the fields of a filter policy.

Names of nested objects are joined by dots, so a field `a.b` finds {"a": {"b": 1}} as well as {"a.b": 1}. A
field that is an array has each element's value. Fields found inside the elements of one array must come from
the same element. The engine is that of event patterns, "Arrays in Amazon EventBridge event patterns":
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from windsock.languages.filters.sns.compiler import Alternative
from windsock.languages.filters.sns.matchers import Absent, Matcher, Scalar

# Deeper values are not looked at; no policy reaches them but by names of that many dots.
MAX_DEPTH: Final = 200

_NOTHING: Final = frozenset({0})


class _Wanted(NamedTuple):
    bit: int
    matchers: tuple[Matcher, ...]


class BodyMatcher:
    """One alternative, ready for bodies. Each field is a bit; a number is the fields satisfied at once."""

    __slots__ = ("_absence", "_all", "_fields", "_on_the_way")

    def __init__(self, alternative: Alternative) -> None:
        self._fields = {
            path: _Wanted(1 << index, field.matchers)
            for index, (path, field) in enumerate(alternative.items())
        }
        self._all = (1 << len(alternative)) - 1
        self._absence = {
            path: wanted.bit
            for path, wanted in self._fields.items()
            if any(isinstance(matcher, Absent) for matcher in wanted.matchers)
        }
        self._on_the_way = frozenset(prefix for path in alternative for prefix in _prefixes(path))

    def accepts(self, body: dict[str, Any]) -> bool:
        """Whether the body satisfies every field, fields of one array in the same element."""
        present: set[str] = set()
        combinations = self._combinations(body, "", 0, present)
        absent = sum(bit for path, bit in self._absence.items() if path not in present)
        return any(combination | absent == self._all for combination in combinations)

    def _combinations(self, value: Any, path: str, depth: int, present: set[str]) -> frozenset[int]:
        """The sets of fields that can be satisfied together beneath `value`."""
        if depth > MAX_DEPTH:
            return _NOTHING
        if isinstance(value, dict):
            return self._of_object(value, path, depth, present)
        if isinstance(value, list):
            # One element is chosen, for all the fields beneath it.
            found = _NOTHING
            for element in value:
                found |= self._combinations(element, path, depth + 1, present)
            return found
        wanted = self._fields.get(path)
        if wanted is None:
            return _NOTHING
        present.add(path)
        is_accepted = any(matcher.accepts(value) for matcher in wanted.matchers)
        return frozenset({wanted.bit}) if is_accepted else _NOTHING

    def _of_object(self, value: dict[str, Any], path: str, depth: int, present: set[str]) -> frozenset[int]:
        found = _NOTHING
        for name, member in value.items():
            inner = f"{path}.{name}" if path else name
            if inner in self._fields or inner in self._on_the_way:
                beneath = self._combinations(member, inner, depth + 1, present)
                if beneath != _NOTHING:
                    found = frozenset(one | other for one in found for other in beneath)
        return found


def values_at(body: dict[str, Any], wanted_path: str) -> list[Scalar]:
    """All values of a body at a path, whichever elements of arrays they are in."""
    return list(_values(body, "", 0, wanted_path))


def _values(value: Any, path: str, depth: int, wanted_path: str) -> Iterator[Scalar]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            inner = f"{path}.{name}" if path else name
            if wanted_path == inner or wanted_path.startswith(f"{inner}."):
                yield from _values(member, inner, depth + 1, wanted_path)
    elif isinstance(value, list):
        for element in value:
            yield from _values(element, path, depth + 1, wanted_path)
    elif path == wanted_path:
        yield value


def _prefixes(path: str) -> Iterator[str]:
    """What stands before each dot of a path."""
    position = path.find(".")
    while position >= 0:
        yield path[:position]
        position = path.find(".", position + 1)
