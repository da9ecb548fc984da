"""Filter patterns for unstructured log events: `ERROR -"not found"`, `?WARN ?ERROR`, `%[45]\\d\\d%`.

"Using filter patterns to match terms in unstructured log events". Terms are looked for anywhere, case counts.
Terms with other characters than letters, digits and underscores are to be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.lexer import MAX_REGEXES, after_space, unescape
from windsock.languages.filters.logs.regex import Regex

_TERM: Final = re.compile(
    r'(?P<sign>[?-]?)(?:"(?P<phrase>[^"\\]*(?:\\.[^"\\]*)*)"|%(?P<regex>[^%\\]*(?:\\.[^%\\]*)*)%|(?P<word>[^\s"%]+))'
    r"(?=\s|\Z)",
    re.DOTALL,
)
_PLAIN_WORD: Final = re.compile(r"\w+")

_Finds = Callable[[str], bool]


class _Term(NamedTuple):
    sign: str
    finds: _Finds
    is_regex: bool


@dataclass(frozen=True, slots=True)
class TermFilter:
    """All `required`, none of `excluded`, and one of `alternatives` if there are any."""

    required: tuple[_Finds, ...]
    excluded: tuple[_Finds, ...]
    alternatives: tuple[_Finds, ...]

    @classmethod
    def parse(cls, text: str) -> TermFilter:
        """Read terms separated by white space; none of them is a pattern for every event."""
        terms = list(_terms(text))
        if sum(term.is_regex for term in terms) > MAX_REGEXES:
            raise InvalidFilter(f"more than {MAX_REGEXES} regular expressions in a filter pattern")
        required, excluded, alternatives = (
            tuple(term.finds for term in terms if term.sign == sign) for sign in ("", "-", "?")
        )
        # The guide: combined with terms to include or exclude, the question mark option is ignored.
        return cls(required, excluded, () if required or excluded else alternatives)

    def match(self, message: str) -> dict[str, str] | None:
        """No fields, or None when the message does not have these terms."""
        has_required = all(finds(message) for finds in self.required)
        if not has_required or any(finds(message) for finds in self.excluded):
            return None
        if self.alternatives and not any(finds(message) for finds in self.alternatives):
            return None
        return {}


def _terms(text: str) -> Iterator[_Term]:
    position = after_space(text, 0)
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise InvalidFilter(f"Invalid character(s) in term '{text[position:].split()[0]}'")
        yield _term(match)
        position = after_space(text, match.end())


def _term(match: re.Match[str]) -> _Term:
    if match["regex"] is not None:
        return _Term(match["sign"], Regex.parse(match["regex"]).search, is_regex=True)
    if match["word"] is not None and _PLAIN_WORD.fullmatch(match["word"]) is None:
        raise InvalidFilter(f"Invalid character(s) in term '{match[0]}'")
    wanted = match["word"] if match["word"] is not None else unescape(match["phrase"])
    return _Term(match["sign"], lambda message: wanted in message, is_regex=False)
