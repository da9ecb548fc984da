"""Where in a JSON text something is: lines and columns, also in the words of Jackson, AWS's parser."""

from __future__ import annotations

import re
from typing import Final

from windsock.languages.json_tokens import Kind, read

Path = tuple[str | int, ...]
"""The way to a value: names of members and numbers of elements, from the outermost value inwards."""

_NEWLINE: Final = re.compile(r"\r\n|\r|\n")

_QUOTED_SOURCE: Final = 500
"""Characters of the source that Jackson quotes."""

_OPENING: Final = (Kind.START_OBJECT, Kind.START_ARRAY)
_CLOSING: Final = (Kind.END_OBJECT, Kind.END_ARRAY)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of the character at `offset`."""
    line, start = 1, 0
    for newline in _NEWLINE.finditer(text, 0, offset):
        line, start = line + 1, newline.end()
    return line, offset - start + 1


def jackson_place(text: str, offset: int) -> str:
    """The place before the character at `offset` as Jackson says it: `[Source: (String)"{"; line: 1 ...]`."""
    line, column = line_and_column(text, offset)
    source = f'(String)"{text[:_QUOTED_SOURCE]}"'
    if len(text) > _QUOTED_SOURCE:
        source += f"[truncated {len(text) - _QUOTED_SOURCE} chars]"
    return f"[Source: {source}; line: {line}, column: {column}]"


def offsets(text: str) -> dict[Path, int]:
    """Where each member (its name) and each element begins. `text` is one valid JSON value."""
    found: dict[Path, int] = {(): 0}
    way: list[str | int] = []
    containers: list[Kind] = []
    for token in read(text):
        if token.kind in _CLOSING:
            containers.pop()
            way.pop()
            continue
        if token.kind is Kind.FIELD_NAME:
            way[-1] = token.text
            found[tuple(way)] = token.start
            continue
        if containers and containers[-1] is Kind.START_ARRAY:
            way[-1] = int(way[-1]) + 1
            found[tuple(way)] = token.start
        if token.kind in _OPENING:
            containers.append(token.kind)
            way.append(-1)
    return found
