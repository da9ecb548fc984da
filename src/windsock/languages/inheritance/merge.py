"""Merging policies level by level.

A setting is changed by `@@assign`, `@@append` and `@@remove`. `@@operators_allowed_for_child_policies` takes
operators away from the levels below, which cannot have them back; it holds for the element where it stands
and for elements that are not there yet, as elements that are there have their own.
Source: https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_CONTROL: Final = "@@operators_allowed_for_child_policies"
_ALL: Final = "@@all"


def _assigned(_: Any, given: Any) -> Any:
    return given


def _appended(kept: Any, given: Any) -> Any:
    values = _listed(kept)
    return values + [each for each in _listed(given) if each not in values]


def _removed(kept: Any, given: Any) -> Any:
    gone = _listed(given)
    return [each for each in _listed(kept) if each not in gone]


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "@@assign": _assigned,
    "@@append": _appended,
    "@@remove": _removed,
}
_EVERY: Final = frozenset(_OPERATORS)


def effective(levels: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """What the policies of all levels set together, without operators; empty when they set nothing."""
    root = _Element()
    for policies in levels:
        for policy in policies:
            root.apply(policy)
        # What a level takes away it takes from the levels below, not from the others of its own.
        for policy in policies:
            root.restrict(policy)
    shown = root.shown()
    return shown if isinstance(shown, dict) else {}


@dataclass
class _Element:
    """An element of the merged policy: `allowed` are the operators that may still change it."""

    allowed: frozenset[str] = _EVERY
    value: Any = None
    elements: dict[str, _Element] = field(default_factory=dict)

    def apply(self, policy: Mapping[str, Any]) -> None:
        """Change it as a policy says, where that is still allowed."""
        for key, given in policy.items():
            if key in _OPERATORS:
                if key in self.allowed:
                    self.value = _OPERATORS[key](self.value, given)
            elif key != _CONTROL:
                element = self.elements.get(key) or _Element(self.allowed)
                element.apply(given if isinstance(given, Mapping) else {"@@assign": given})
                if element.elements or element.value is not None:
                    self.elements[key] = element

    def restrict(self, policy: Mapping[str, Any]) -> None:
        """Take away the operators that a policy does not leave to those below it."""
        for key, given in policy.items():
            if key == _CONTROL:
                left = _listed(given)
                self.allowed &= _EVERY if _ALL in left else frozenset(left)
            elif key in self.elements and isinstance(given, Mapping):
                self.elements[key].restrict(given)

    def shown(self) -> Any:
        """The element as plain JSON."""
        if self.elements:
            return {key: element.shown() for key, element in self.elements.items()}
        return self.value


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
