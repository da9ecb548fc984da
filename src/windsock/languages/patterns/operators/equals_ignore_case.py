"""Equality of strings whatever their case: `{"equals-ignore-case": "running"}`."""

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.document import members_of
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.registry import ONE_KEY, operator
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


def nested_operand(operator_name: str, operand: object) -> str | None:
    """The text in `{"equals-ignore-case": text}` as the operand of `prefix` or `suffix`, None for other
    operands."""
    members = members_of(operand)
    if members is None:
        return None
    if not members:
        raise InvalidPattern(f"{operator_name.capitalize()} expression name not found", Moment.CLOSED)
    keyword, nested = members[0]
    if keyword != KEYWORD:
        raise InvalidPattern(f"Unsupported {operator_name} pattern: {keyword}", Moment.STARTED, 0)
    try:
        text = text_operand(nested)
    except InvalidPattern as fault:
        raise fault.within(0) from None
    if len(members) > 1:
        raise InvalidPattern(ONE_KEY, Moment.STARTED, 1)
    return text
