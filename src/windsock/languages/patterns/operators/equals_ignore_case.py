"""Equality of strings whatever their case: `{"equals-ignore-case": "running"}`."""

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.folding import KEYWORD, folded
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import EqualFolded

_RARITY = 0.02


@operator(KEYWORD)
def equals_ignore_case(operand: object) -> Condition:
    """The value is a string that differs from the operand in case only."""
    wanted = folded(operand)
    return Condition(
        lambda value: isinstance(value, str) and value.lower() == wanted,
        Access(EqualFolded, wanted, _RARITY, proves=True),
    )
