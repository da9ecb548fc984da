"""`ArnEquals` and `ArnLike`, which are the same, and their negations.

Each of the six parts between colons is matched by itself, with wildcards; the last may hold colons.
"""

from __future__ import annotations

from typing import Final

from windsock.languages.policies.registry import Compare, operator
from windsock.languages.policies.texts import Literal, Text, compiled

_PARTS: Final = 6


@operator("ArnEquals", "ArnLike", negated=("ArnNotEquals", "ArnNotLike"), variables=True)
def arn_like(wanted: Text) -> Compare:
    """An ARN of that pattern."""
    parts = _split(wanted)
    regexes = [part.regex("[^:]") for part in parts[: _PARTS - 1]]
    regexes += [part.regex() for part in parts[_PARTS - 1 :]]
    fullmatch = compiled(":".join(regexes)).fullmatch
    return lambda value: fullmatch(value) is not None


def _split(text: Text) -> list[Text]:
    """The parts between the first five colons."""
    parts: list[list[str | Literal]] = [[]]
    for piece in text.parts:
        first, *rest = _plain(piece).split(":", _PARTS - len(parts))
        parts[-1].append(_like(piece, first))
        parts += [[_like(piece, each)] for each in rest]
    return [Text(tuple(part)) for part in parts]


def _plain(piece: str | Literal) -> str:
    return piece if isinstance(piece, str) else piece.text


def _like(piece: str | Literal, text: str) -> str | Literal:
    return text if isinstance(piece, str) else Literal(text)
