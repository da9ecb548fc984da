"""Strings that end with a text: `{"suffix": "us-"}`, `{"suffix": {"equals-ignore-case": "us-"}}`.

An empty text asks for any string.
"""

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.operators.equals_ignore_case import nested_operand
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import Suffix, SuffixFolded


@operator("suffix")
def suffix(operand: object) -> Condition:
    """The value is a string that ends with the operand."""
    any_case = nested_operand("suffix", operand)
    if any_case is not None:
        return suffix_in_any_case(any_case)
    if not isinstance(operand, str):
        raise InvalidPattern("suffix match pattern must be a string", Moment.STARTED)
    return Condition(
        lambda value: isinstance(value, str) and value.endswith(operand),
        Access(Suffix, operand, rarity(operand), proves=True),
    )


def suffix_in_any_case(text: str) -> Condition:
    """The value is a string that ends with the text in any case."""
    folded = text.lower()
    return Condition(
        lambda value: isinstance(value, str) and value.lower().endswith(folded),
        Access(SuffixFolded, folded, rarity(text), proves=True),
    )


def rarity(text: str) -> float:
    """Share of strings expected to end with a text: the longer the text, the fewer."""
    return 1 / (1 + len(text) ** 2)
