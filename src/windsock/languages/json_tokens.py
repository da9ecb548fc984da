"""JSON text token by token, with positions: for languages that report where a text goes wrong.

Or that keep its spelling. The reader is a loop over a stack of its own: no text, however deep, exhausts
Python's. The grammar is RFC 8259; errors are worded as Jackson's, the parser behind AWS's messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator
from enum import Enum
from typing import Final, NamedTuple


class Kind(Enum):
    """What a token is."""

    START_OBJECT = "{"
    END_OBJECT = "}"
    START_ARRAY = "["
    END_ARRAY = "]"
    FIELD_NAME = "name"
    STRING = "string"
    NUMBER = "number"
    TRUE = "true"
    FALSE = "false"
    NULL = "null"


class Token(NamedTuple):
    """One token: `text` is what a string says, or the spelling of anything else; `start:end` its place."""

    kind: Kind
    text: str
    start: int
    end: int


class JsonSyntaxError(ValueError):
    """A text that is no JSON: `position` (from 0) is where the reader stopped."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_SCALAR: Final = re.compile(
    r"(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?P<word>[A-Za-z_$][\w$]*)", re.ASCII
)
_WORDS: Final = {"true": Kind.TRUE, "false": Kind.FALSE, "null": Kind.NULL}
_OPENERS: Final = {"{": Kind.START_OBJECT, "[": Kind.START_ARRAY}
_CLOSERS: Final = {Kind.START_OBJECT: Kind.END_OBJECT, Kind.START_ARRAY: Kind.END_ARRAY}
_CONTAINERS: Final = {Kind.START_OBJECT: "Object", Kind.START_ARRAY: "Array"}
_ANY_VALUE: Final = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"


def read(text: str) -> Iterator[Token]:
    """The tokens of the values in `text`, one value after the other; JsonSyntaxError where it is no JSON.

    Commas and colons are checked and not given.
    """
    position = _skip_space(text, 0)
    while position < len(text):
        for token in _value(text, position):
            yield token
            position = token.end
        position = _skip_space(text, position)


def compact(text: str, tokens: Iterable[Token]) -> str:
    """The values these tokens of `text` make, without white space, every spelling kept; one a line."""
    parts: list[str] = []
    previous: Kind | None = None
    depth = 0
    for token in tokens:
        if previous is not None and token.kind not in (Kind.END_OBJECT, Kind.END_ARRAY):
            parts.append(_separator(previous, depth))
        parts.append(text[token.start : token.end])
        depth += (token.kind in _CLOSERS) - (token.kind in (Kind.END_OBJECT, Kind.END_ARRAY))
        previous = token.kind
    return "".join(parts)


def _separator(previous: Kind, depth: int) -> str:
    if previous is Kind.FIELD_NAME:
        return ":"
    if previous in _CLOSERS:
        return ""
    return "," if depth else "\n"


def _value(text: str, position: int) -> Iterator[Token]:
    """One value, whole: its tokens, those of what it contains included."""
    stack: list[Kind] = []
    while True:
        token = _one_value(text, position)
        yield token
        position = token.end
        has_just_opened = token.kind in _CLOSERS
        if has_just_opened:
            stack.append(token.kind)
        while stack and (closing := _closing(text, position, stack[-1])) is not None:
            stack.pop()
            yield closing
            position = closing.end
            has_just_opened = False
        if not stack:
            return
        if not has_just_opened:
            position = _expect(text, position, ",", f"comma to separate {_CONTAINERS[stack[-1]]} entries")
        position = yield from _field_name(text, position, stack[-1])


def _field_name(text: str, position: int, container: Kind) -> Generator[Token, None, int]:
    """The name before a value of an object (nothing in an array); returns where the value begins."""
    if container is Kind.START_ARRAY:
        return position
    position = _skip_space(text, position)
    if not text.startswith('"', position):
        raise _unexpected(text, position, "was expecting double-quote to start field name")
    end = _string_end(text, position)
    yield Token(Kind.FIELD_NAME, _unescape(text[position:end]), position, end)
    return _expect(text, end, ":", "a colon to separate field name and value")


def _one_value(text: str, position: int) -> Token:
    """A scalar, or the opening of an object or array."""
    position = _skip_space(text, position)
    character = text[position : position + 1]
    if character in _OPENERS:
        return Token(_OPENERS[character], character, position, position + 1)
    if character == '"':
        end = _string_end(text, position)
        return Token(Kind.STRING, _unescape(text[position:end]), position, end)
    match = _SCALAR.match(text, position)
    if match is None:
        raise _unexpected(text, position, f"expected a valid value ({_ANY_VALUE})")
    if match["number"] is not None:
        return Token(Kind.NUMBER, match[0], position, match.end())
    kind = _WORDS.get(match[0])
    if kind is None:
        message = f"Unrecognized token '{match[0]}': was expecting ({_ANY_VALUE})"
        raise JsonSyntaxError(message, match.end())
    return Token(kind, match[0], position, match.end())


def _closing(text: str, position: int, container: Kind) -> Token | None:
    """The end of the innermost container, when it stands here."""
    position = _skip_space(text, position)
    kind = _CLOSERS[container]
    if not text.startswith(kind.value, position):
        return None
    return Token(kind, kind.value, position, position + 1)


def _expect(text: str, position: int, mark: str, what: str) -> int:
    position = _skip_space(text, position)
    if not text.startswith(mark, position):
        raise _unexpected(text, position, f"was expecting {what}")
    return position + 1


def _string_end(text: str, position: int) -> int:
    match = _STRING.match(text, position)
    if match is None:
        raise JsonSyntaxError("Unexpected end-of-input or illegal character in a String", position)
    return match.end()


def _unescape(literal: str) -> str:
    if "\\" not in literal:
        return literal[1:-1]
    unescaped: str = json.loads(literal)
    return unescaped


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match is not None else position


def _unexpected(text: str, position: int, expectation: str) -> JsonSyntaxError:
    if position >= len(text):
        return JsonSyntaxError(f"Unexpected end-of-input: {expectation}", position)
    character = text[position]
    return JsonSyntaxError(
        f"Unexpected character ('{character}' (code {ord(character)})): {expectation}", position
    )
