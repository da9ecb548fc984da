"""The words of `{...}` and `[...]` filter patterns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from windsock.languages.filters.logs.errors import InvalidFilter

# "each filter pattern is limited to a maximum of 2 regex", the quota of delimited and JSON filter patterns.
MAX_REGEXES: Final = 2


class Sort(Enum):
    """What a lexeme is."""

    SELECTOR = "selector"
    STRING = "string"
    REGEX = "regex"
    COMPARISON = "comparison"
    MARK = "mark"
    WORD = "word"
    END = "end"


class Lexeme(NamedTuple):
    """One word or mark: `text` is a string's or regex's content, or the spelling; `position` from 0."""

    sort: Sort
    text: str
    position: int


_LEXEME: Final = re.compile(
    r"""(?P<selector>\$(?:\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\]|\.[^\s.\[\](){}&|=<>!,"'%]+)*)"""
    r'|"(?P<string>[^"\\]*(?:\\.[^"\\]*)*)"'
    r"|%(?P<regex>[^%\\]*(?:\\.[^%\\]*)*)%"
    r"|(?P<comparison>!=|=!|<=|>=|=|<|>)"
    r"|(?P<mark>&&|\|\||\.\.\.|[(),])"
    r"""|(?P<word>[^\s()\[\]{}&|=<>!,"'%$]+)""",
    re.DOTALL,
)
_SPACE: Final = re.compile(r"\s*")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
# The guide's older examples write w1=!ERROR.
_SAME_AS: Final = {"=!": "!="}


def lex(text: str) -> Sequence[Lexeme]:
    """The lexemes of `text`, an END last; InvalidFilter at what is none."""
    lexemes: list[Lexeme] = []
    position = after_space(text, 0)
    while position < len(text):
        match = _LEXEME.match(text, position)
        if match is None:
            raise InvalidFilter(f"unexpected {text[position]!r} at character {position + 1}")
        lexemes.append(_lexeme(match))
        position = after_space(text, match.end())
    if sum(lexeme.sort is Sort.REGEX for lexeme in lexemes) > MAX_REGEXES:
        raise InvalidFilter(f"more than {MAX_REGEXES} regular expressions in a filter pattern")
    return (*lexemes, Lexeme(Sort.END, "", len(text)))


def unescape(quoted: str) -> str:
    """What stands between quotes, its backslashes resolved."""
    return _ESCAPE.sub(r"\1", quoted)


def _lexeme(match: re.Match[str]) -> Lexeme:
    sort = Sort(match.lastgroup)
    text = match[sort.value]
    if sort is Sort.STRING:
        text = unescape(text)
    return Lexeme(sort, _SAME_AS.get(text, text) if sort is Sort.COMPARISON else text, match.start())


def after_space(text: str, position: int) -> int:
    """The first position from `position` on at which no white space stands."""
    match = _SPACE.match(text, position)
    return match.end() if match is not None else position
