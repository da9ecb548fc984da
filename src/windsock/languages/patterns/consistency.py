"""Array consistency: what a clause asks of fields inside arrays must hold within the same elements.

`{"people": {"first": ["Ada"], "last": ["Lovelace"]}}` is not satisfied by one person of that first name and
another of that last name. Fields are decided in the order of their paths, as on AWS, which matters to
`{"exists": false}`: the field must be missing from the elements that the fields before it were found in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from windsock.languages.patterns.conditions import Clause
from windsock.languages.patterns.fields import Membership, Occurrences
from windsock.languages.patterns.values import MISSING

Chosen: TypeAlias = frozenset[tuple[int, int]]
"""The array elements that the fields so far were found in, by array."""


def holds(clause: Clause, occurrences: Occurrences) -> bool:
    """Whether there is a choice of one element of each array such that every field passes; the clause is
    sorted by path."""
    chosen: set[Chosen] = {frozenset()}
    later = _arrays_used_later(clause, occurrences)
    for field, still_used in zip(clause, later, strict=True):
        test = field.test
        found = occurrences.get(field.path, [])
        passing = _Memberships(membership for value, membership in found if test(value))
        reached = {_among(merged, still_used) for so_far in chosen for merged in passing.joined_with(so_far)}
        if test(MISSING):
            present = _Memberships(membership for _, membership in found)
            reached |= {_among(so_far, still_used) for so_far in chosen if not present.any_with(so_far)}
        if not reached:
            return False
        chosen = reached
    return True


def _arrays_used_later(clause: Clause, occurrences: Occurrences) -> list[set[int]]:
    """For each field, the arrays that fields after it are in: choices in others need not be remembered."""
    used: set[int] = set()
    later = []
    for field in reversed(clause):
        later.append(set(used))
        used.update(array for _, membership in occurrences.get(field.path, ()) for array, _ in membership)
    return later[::-1]


def _among(chosen: Chosen, arrays: set[int]) -> Chosen:
    return frozenset(element for element in chosen if element[0] in arrays) if chosen else chosen


class _Memberships:
    """The places of one field, found by the elements already chosen.

    An array inside another's element is reached through that element only, so two places agree when their
    outermost elements do, or are of different arrays, and so on inwards.
    """

    def __init__(self, memberships: Iterable[Membership]) -> None:
        self._by_outermost: dict[int, dict[int, set[Membership]]] = {}
        self._outside = False
        for membership in memberships:
            if membership:
                array, index = membership[0]
                self._by_outermost.setdefault(array, {}).setdefault(index, set()).add(membership)
            else:
                self._outside = True

    def any_with(self, chosen: Chosen) -> bool:
        """Whether one of the places agrees with the chosen elements."""
        return next(self.joined_with(chosen), None) is not None

    def joined_with(self, chosen: Chosen) -> Iterator[Chosen]:
        """The chosen elements together with those of each place that agrees."""
        if self._outside:
            yield chosen
        if not self._by_outermost:
            return
        index_in = dict(chosen)
        for array, by_index in self._by_outermost.items():
            groups = [by_index.get(index_in[array], set())] if array in index_in else by_index.values()
            for group in groups:
                for membership in group:
                    if all(index_in.get(inner, index) == index for inner, index in membership):
                        yield chosen.union(membership)
