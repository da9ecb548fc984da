"""What `prefix` and `suffix` are made of: a text that strings begin or end with, as it is or in any case."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.document import members_of
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.folding import KEYWORD, folded
from windsock.languages.patterns.registry import ONE_KEY
from windsock.languages.patterns.tables import Affixes


class AffixOperator(NamedTuple):
    """An operator on one end of strings: `{keyword: text}`, `{keyword: {"equals-ignore-case": text}}`."""

    keyword: str
    is_affix: Callable[[str, str], bool]
    """Whether a string has a text at that end."""
    table: type[Affixes]
    folded_table: type[Affixes]

    def compile(self, operand: object) -> Condition:
        """The condition that a value is a string with the operand at that end. Raises InvalidPattern."""
        is_affix = self.is_affix
        any_case = self._any_case(operand)
        if any_case is not None:
            return Condition(
                lambda value: isinstance(value, str) and is_affix(value.lower(), any_case),
                Access(self.folded_table, any_case, rarity(any_case), proves=True),
            )
        if not isinstance(operand, str):
            raise InvalidPattern(f"{self.keyword} match pattern must be a string", Moment.STARTED)
        return Condition(
            lambda value: isinstance(value, str) and is_affix(value, operand),
            Access(self.table, operand, rarity(operand), proves=True),
        )

    def _any_case(self, operand: object) -> str | None:
        """The text of `{"equals-ignore-case": text}` in lower case, None for other operands."""
        members = members_of(operand)
        if members is None:
            return None
        if not members:
            raise InvalidPattern(f"{self.keyword.capitalize()} expression name not found", Moment.CLOSED)
        keyword, nested = members[0]
        if keyword != KEYWORD:
            raise InvalidPattern(f"Unsupported {self.keyword} pattern: {keyword}", Moment.STARTED, 0)
        try:
            text = folded(nested)
        except InvalidPattern as fault:
            raise fault.within(0) from None
        if len(members) > 1:
            raise InvalidPattern(ONE_KEY, Moment.STARTED, 1)
        return text


def rarity(text: str) -> float:
    """Share of strings expected to have a text at one end: the longer the text, the fewer."""
    return 1 / (1 + len(text) ** 2)
