"""The fields that patterns name, and reading them, and nothing else, out of events.

A field is known by its path: names joined by dots. As on AWS, `{"a.b": 1}` and `{"a": {"b": 1}}` have the
same field, in events as in patterns; an array stands for its elements, and so do the arrays within it.
"""

from __future__ import annotations

from collections import deque
from sys import intern
from typing import Any, TypeAlias

from windsock.languages.patterns.conditions import Clause
from windsock.languages.patterns.values import Scalar, scalar

Membership: TypeAlias = tuple[tuple[int, int], ...]
"""The arrays that a value is inside of, outermost first: a number that identifies the array, and the index of
the element that holds the value. An array's own scalars are in no particular element."""

Occurrences: TypeAlias = dict[str, list[tuple[Scalar, Membership]]]
"""Every value of every field that is there, by path."""

Values: TypeAlias = dict[str, Any]
"""The value of every field that is there, by path: a scalar, or a list of several."""


class Field:
    """One name in the tree of the names that patterns use."""

    __slots__ = ("children", "name", "parent", "path", "uses")

    def __init__(self, name: str, parent: Field | None) -> None:
        self.name = name
        self.parent = parent
        self.path: str = intern(name if parent is None or not parent.path else f"{parent.path}.{name}")
        self.children: dict[str, Field] = {}
        self.uses = 0
        """Clauses that ask something of the field itself."""

    def descend(self, name: str) -> Field | None:
        """The field under an event's name, which may have dots in it."""
        child = self.children.get(name)
        if child is not None or "." not in name:
            return child
        field: Field | None = self
        for step in name.split("."):
            field = field.children.get(step) if field is not None else None
        return field


class Fields:
    """The tree of the named fields."""

    def __init__(self) -> None:
        self._root = Field("", None)
        self._claimed: dict[str, Field] = {}

    def claim(self, clause: Clause) -> None:
        """Have the fields that a clause asks about read out of events."""
        for asked in clause:
            field = self._claimed.get(asked.path)
            if field is None:
                field = self._claimed[asked.path] = self._grow(asked.path)
            field.uses += 1

    def _grow(self, path: str) -> Field:
        field = self._root
        for step in path.split("."):
            child = field.children.get(step)
            if child is None:
                child = field.children[step] = Field(step, field)
            field = child
        return field

    def release(self, clause: Clause) -> None:
        """Undo one `claim`."""
        for asked in clause:
            field = self._claimed[asked.path]
            field.uses -= 1
            if not field.uses:
                del self._claimed[asked.path]
            while field.parent is not None and not field.uses and not field.children:
                del field.parent.children[field.name]
                field = field.parent

    def read(self, event: dict[str, Any]) -> Values | None:
        """The named fields of an event; None when the same field may be in several places (objects inside
        arrays, names with dots), which `occurrences` tells apart."""
        values: Values = {}
        pending = [(self._root, event)]
        for field, members in pending:
            children = field.children
            for name, value in members.items():
                child = children.get(name)
                if child is None:
                    if "." in name and field.descend(name) is not None:
                        return None
                    continue
                kind = value.__class__
                if kind is str:
                    values[child.path] = value
                elif kind is dict:
                    if child.children:
                        pending.append((child, value))
                elif kind is int or kind is float or value is None:
                    values[child.path] = value
                else:
                    scalars = _scalars(value, child)
                    if scalars is None:
                        return None
                    if scalars:
                        values[child.path] = scalars if len(scalars) > 1 else scalars[0]
        return values

    def occurrences(self, event: dict[str, Any]) -> Occurrences:
        """Every value of every named field, with the array elements it is in."""
        found: Occurrences = {}
        arrays = 0
        pending: deque[tuple[Field, Any, Membership]] = deque([(self._root, event, ())])
        while pending:
            field, value, membership = pending.popleft()
            if isinstance(value, dict):
                for name, member in value.items():
                    child = field.descend(name)
                    if child is not None:
                        pending.append((child, member, membership))
            elif isinstance(value, list):
                arrays += 1
                for index, element in enumerate(value):
                    inside = (
                        (*membership, (arrays, index)) if isinstance(element, (dict, list)) else membership
                    )
                    pending.append((field, element, inside))
            else:
                found.setdefault(field.path, []).append((scalar(value), membership))
        return found


def _scalars(value: object, field: Field) -> list[Scalar] | None:
    """The scalars in nested arrays; None when there may be fields below, in objects."""
    if value.__class__ is list and {str}.issuperset(map(type, value)):
        return value
    scalars: list[Scalar] = []
    pending = [value]
    while pending:
        element = pending.pop()
        if isinstance(element, list):
            pending.extend(reversed(element))
        elif not isinstance(element, dict):
            scalars.append(scalar(element))
        elif field.children:
            return None
    return scalars
