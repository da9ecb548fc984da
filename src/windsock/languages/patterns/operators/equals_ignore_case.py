"""Equality of strings whatever their case: `{"equals-ignore-case": "running"}`."""

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import EqualFolded

KEYWORD = "equals-ignore-case"
_RARITY = 0.02


@operator(KEYWORD)
def equals_ignore_case(operand: object) -> Condition:
    """The value is a string that differs from the operand in case only."""
    folded = text_operand(operand).lower()
    return Condition(
        lambda value: isinstance(value, str) and value.lower() == folded,
        Access(EqualFolded, folded, _RARITY, proves=True),
    )


def text_operand(operand: object) -> str:
    """The operand of equals-ignore-case, checked."""
    if isinstance(operand, str):
        return operand
    raise InvalidPattern("equals-ignore-case match pattern must be a string", Moment.STARTED)
