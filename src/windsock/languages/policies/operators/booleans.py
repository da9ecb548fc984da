"""`Bool`: `true` or `false`, in any case."""

from __future__ import annotations

from windsock.languages.policies.registry import Compare, operator
from windsock.languages.policies.texts import Text


@operator("Bool", variables=True)
def boolean(wanted: Text) -> Compare:
    """The same truth value."""
    folded = wanted.plain.lower()
    return lambda value: value.lower() == folded
