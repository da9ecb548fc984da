"""Texts in any case, as `equals-ignore-case` takes them by itself and within `prefix` and `suffix`."""

from __future__ import annotations

from typing import Final

from windsock.languages.patterns.errors import InvalidPattern, Moment

KEYWORD: Final = "equals-ignore-case"


def folded(operand: object) -> str:
    """The operand of equals-ignore-case in lower case. Raises InvalidPattern for what is no text."""
    if isinstance(operand, str):
        return operand.lower()
    raise InvalidPattern(f"{KEYWORD} match pattern must be a string", Moment.STARTED)
