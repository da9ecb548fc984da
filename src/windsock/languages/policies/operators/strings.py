"""`StringEquals`, `StringEqualsIgnoreCase`, `StringLike` and their negations."""

from __future__ import annotations

from windsock.languages.policies.registry import Compare, operator
from windsock.languages.policies.texts import Text, compiled


@operator("StringEquals", negated=("StringNotEquals",), variables=True)
def equals(wanted: Text) -> Compare:
    """The same text, to the letter."""
    return wanted.plain.__eq__


@operator("StringEqualsIgnoreCase", negated=("StringNotEqualsIgnoreCase",), variables=True)
def equals_ignore_case(wanted: Text) -> Compare:
    """The same text in upper or lower case."""
    folded = wanted.plain.lower()
    return lambda value: value.lower() == folded


@operator("StringLike", negated=("StringNotLike",), variables=True)
def like(wanted: Text) -> Compare:
    """The text with its wildcards."""
    if not wanted.has_wildcards:
        return wanted.plain.__eq__
    fullmatch = compiled(wanted.regex()).fullmatch
    return lambda value: fullmatch(value) is not None
