"""The steps of a path. Each takes the values found so far and gives those it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

Predicate = Callable[[Any, Any], bool]
"""A filter's condition on a value; the second argument is what the path's `$` is."""


class Segment(Protocol):
    """A step. `definite` tells whether it can lead from one value to one value only."""

    @property
    def definite(self) -> bool: ...

    def of(self, value: Any, root: Any) -> Iterable[Any]:
        """What the step leads to from one value."""
        ...


@dataclass(frozen=True, slots=True)
class Child:
    """`.name`, `['name']` or `[0]`; a negative index counts from the end."""

    key: str | int
    definite: ClassVar = True

    def of(self, value: Any, _root: Any) -> Iterable[Any]:
        key = self.key
        if isinstance(key, str):
            return (value[key],) if isinstance(value, dict) and key in value else ()
        return (value[key],) if isinstance(value, list) and -len(value) <= key < len(value) else ()


@dataclass(frozen=True, slots=True)
class Children:
    """`['a','b']` or `[0,2]`, each of them."""

    keys: tuple[Child, ...]
    definite: ClassVar = False

    def of(self, value: Any, root: Any) -> Iterable[Any]:
        return [found for key in self.keys for found in key.of(value, root)]


@dataclass(frozen=True, slots=True)
class Part:
    """`['a','b']` at the end of a path: an object with those of the names that there are."""

    names: tuple[Child, ...]
    definite: ClassVar = True

    def of(self, value: Any, root: Any) -> Iterable[Any]:
        if not isinstance(value, dict):
            return ()
        return ({name.key: found for name in self.names for found in name.of(value, root)},)


@dataclass(frozen=True, slots=True)
class EveryChild:
    """`.*` or `[*]`."""

    definite: ClassVar = False

    def of(self, value: Any, _root: Any) -> Iterable[Any]:
        return children(value)


@dataclass(frozen=True, slots=True)
class Slice:
    """`[1:3]`, `[2:]`, `[:-1]`."""

    start: int | None
    end: int | None
    definite: ClassVar = False

    def of(self, value: Any, _root: Any) -> Iterable[Any]:
        return value[self.start : self.end] if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(...)]`: the elements of an array that pass, or an object that passes itself."""

    passes: Predicate
    definite: ClassVar = False

    def of(self, value: Any, root: Any) -> Iterable[Any]:
        if isinstance(value, list):
            return [element for element in value if self.passes(element, root)]
        return (value,) if isinstance(value, dict) and self.passes(value, root) else ()


@dataclass(frozen=True, slots=True)
class Anywhere:
    """`..` before a step: the step from each object and array in the value, itself included."""

    step: Segment
    definite: ClassVar = False

    def of(self, value: Any, root: Any) -> Iterable[Any]:
        # A filter meets every object by itself, so it must not look into arrays too.
        containers = dict if isinstance(self.step, Filter) else (dict, list)
        return [
            found
            for each in descendants(value)
            if isinstance(each, containers)
            for found in self.step.of(each, root)
        ]


def children(value: Any) -> Iterable[Any]:
    """What an object or array holds."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def descendants(value: Any) -> Iterator[Any]:
    """The value and all that is in it, each before what it holds itself."""
    pending = [value]
    while pending:
        value = pending.pop()
        yield value
        pending.extend(reversed(list(children(value))))
