"""How hard a field's wildcards are to match, which AWS limits.

AWS refuses a pattern when some value could keep too many beginnings of its wildcards alive at a time: a
matcher that reads the value once has to follow all of them ("Rule is too complex - try using fewer wildcard
characters or fewer repeating character sequences after a wildcard character"; "Wildcard matching complexity"
in the Amazon EventBridge User Guide). The measure here is the one that AWS's open-source Event Ruler
documents: the largest number of positions within wildcards that one input can reach at once, over all inputs.
The limit is inferred from patterns that AWS is known to take and to refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

_STAR = -1
_ANY_OTHER = -2
_QUOTE = ord('"')
_SEARCHED = 20_000
"""Sets of positions to look at before a pattern counts as too complex: hostile ones have exponentially
many."""

Position: TypeAlias = tuple[int, int]
"""Number of a form and how many of its symbols are consumed."""


def exceeds(expressions: Sequence[tuple[str, ...]], limit: int) -> bool:
    """Whether one field's wildcard expressions, each the texts of one condition, are too complex together."""
    forms = [
        (_symbols(text), owner) for owner, texts in enumerate(expressions) for text in dict.fromkeys(texts)
    ]
    if sum(_upper_bound(symbols) for symbols, _ in forms) <= limit:
        return False
    return _Automaton(forms).exceeds(limit)


@lru_cache(maxsize=4096)
def _symbols(text: str) -> tuple[int, ...]:
    """The bytes and asterisks of a valid wildcard text within its quotes."""
    symbols = [_QUOTE]
    raw = iter(text.encode(errors="replace"))
    for byte in raw:
        if byte == ord("*"):
            symbols.append(_STAR)
        else:
            symbols.append(next(raw) if byte == ord("\\") else byte)
    return (*symbols, _QUOTE)


@lru_cache(maxsize=4096)
def _upper_bound(symbols: tuple[int, ...]) -> int:
    """Positions that may be reached at once, judged piece by piece: an asterisk itself, and as many positions
    in the piece after it as the piece overlaps itself."""
    bound = 1
    pieces = _split(symbols)
    next(pieces)
    for piece in pieces:
        bound += 1 + _deepest_overlap(piece)
    return bound


def _split(symbols: Sequence[int]) -> Iterator[list[int]]:
    piece: list[int] = []
    for symbol in symbols:
        if symbol == _STAR:
            yield piece
            piece = []
        else:
            piece.append(symbol)
    yield piece


def _deepest_overlap(piece: list[int]) -> int:
    """Longest chain of beginnings of the piece, each an end of the one before (Knuth, Morris, Pratt)."""
    borders = [0]
    depths = [1]
    for at in range(1, len(piece)):
        border = borders[-1]
        while border and piece[border] != piece[at]:
            border = borders[border - 1]
        border += piece[border] == piece[at]
        borders.append(border)
        depths.append(1 + (depths[border - 1] if border else 0))
    return max(depths)


class _Automaton:
    """The positions of several forms, followed together."""

    def __init__(self, forms: list[tuple[tuple[int, ...], int]]) -> None:
        self._forms = forms
        self._alphabet = {symbol for symbols, _ in forms for symbol in symbols if symbol != _STAR} | {
            _ANY_OTHER
        }

    def exceeds(self, limit: int) -> bool:
        start = frozenset((form, 0) for form in range(len(self._forms)))
        pending, seen = [start], {start}
        while pending:
            active = pending.pop()
            for byte in self._alphabet:
                reached = frozenset(self._step(active, byte))
                if self._weight(reached) > limit or len(seen) > _SEARCHED:
                    return True
                if reached not in seen:
                    seen.add(reached)
                    pending.append(reached)
        return False

    def _step(self, active: frozenset[Position], byte: int) -> Iterator[Position]:
        for form, at in active:
            symbols = self._forms[form][0]
            if at and symbols[at - 1] == _STAR:
                yield form, at
            if at == len(symbols):
                continue
            if symbols[at] == _STAR:
                yield form, at + 1
                if symbols[at + 1] == byte:
                    yield form, at + 2
            elif symbols[at] == byte:
                yield form, at + 1

    def _weight(self, reached: frozenset[Position]) -> int:
        """Positions, with the asterisk that may begin right after each; the beginnings that forms of one
        condition share up to their first asterisk, and their common end, count once."""
        counted = set()
        for form, at in reached:
            symbols, owner = self._forms[form]
            counted.add(_identity(symbols, owner, form, at))
            if at < len(symbols) and symbols[at] == _STAR:
                counted.add(_identity(symbols, owner, form, at + 1))
        return len(counted)


def _identity(symbols: tuple[int, ...], owner: int, form: int, at: int) -> tuple[object, ...]:
    if at == len(symbols):
        return (owner, "end")
    if _STAR not in symbols[: at - 1]:
        return (owner, symbols[:at])
    return (owner, form, at)
