"""Where in the text of a policy its statements stand, as the policy simulator tells it."""

from __future__ import annotations

import functools
from typing import NamedTuple

from windsock.languages.json_tokens import Kind, Token, read

_OPENING = frozenset({Kind.START_OBJECT, Kind.START_ARRAY})
_CLOSING = frozenset({Kind.END_OBJECT, Kind.END_ARRAY})
_DEPTH_OF_STATEMENT = 1


class Span(NamedTuple):
    """From the first character of a statement to the one behind its last; positions count from 0."""

    start: int
    end: int


def position(text: str, offset: int) -> dict[str, int]:
    """`Line` and `Column` of a character; both count from 1."""
    return {"Line": text.count("\n", 0, offset) + 1, "Column": offset - text.rfind("\n", 0, offset)}


@functools.lru_cache(maxsize=256)
def statement_spans(text: str) -> tuple[Span, ...]:
    """The statements of a policy, in their order. The text must be JSON."""
    depth, opened, inside, spans = 0, 0, False, []
    list_of_them = False
    for before, token in _pairs(text):
        if token.kind in _CLOSING:
            depth -= 1
            if inside and depth == _DEPTH_OF_STATEMENT + list_of_them:
                spans.append(Span(opened, token.end))
            inside = inside and depth > _DEPTH_OF_STATEMENT
        if depth == _DEPTH_OF_STATEMENT and before.kind is Kind.FIELD_NAME and before.text == "Statement":
            inside, list_of_them = True, token.kind is Kind.START_ARRAY
        if token.kind in _OPENING:
            if inside and token.kind is Kind.START_OBJECT and depth == _DEPTH_OF_STATEMENT + list_of_them:
                opened = token.start
            depth += 1
    return tuple(spans)


def _pairs(text: str) -> list[tuple[Token, Token]]:
    """Each token behind the one before it."""
    tokens = list(read(text))
    return list(zip(tokens[:1] + tokens, tokens, strict=False))
