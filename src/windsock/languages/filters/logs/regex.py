"""The regular expressions of filter patterns, `%...%`, searched in one pass over the text.

"Supported regular expressions (regex) syntax": letters, digits and some symbols, classes, quantifiers
`? * + {m,n}`, `. ^ $ |` and escapes; no parentheses. Without groups an expression is a row of steps, so the
set of steps that can come next fits in one integer, and no text can make the search go back.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from windsock.languages.filters.logs.errors import InvalidFilter

MAX_STEPS: Final = 2_000
_MAX_CACHED_MOVES: Final = 10_000

_LITERALS: Final = re.compile(r"[A-Za-z0-9:_#=@/;,\-]")
_QUANTIFIER: Final = re.compile(r"[?*+]|\{(?P<least>\d{1,4})(?P<more>,(?P<most>\d{1,4})?)?\}", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"x[0-9a-fA-F]{2}")
_SIMPLE_QUANTIFIERS: Final[Mapping[str, tuple[int, int | None]]] = {
    "?": (0, 1),
    "*": (0, None),
    "+": (1, None),
}

_Accepts = Callable[[str], bool]


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def _is_space(character: str) -> bool:
    return character in " \t\n\r\f\v"


def _not(accepts: _Accepts) -> _Accepts:
    return lambda character: not accepts(character)


def _is(wanted: str) -> _Accepts:
    return lambda character: character == wanted


def _between(first: str, last: str) -> _Accepts:
    return lambda character: first <= character <= last


def _any_of(choices: list[_Accepts]) -> _Accepts:
    return lambda character: any(accepts(character) for accepts in choices)


def _anything(_character: str) -> bool:
    return True


_CLASSES: Final[Mapping[str, _Accepts]] = {
    "d": _is_digit,
    "D": _not(_is_digit),
    "w": _is_word,
    "W": _not(_is_word),
    "s": _is_space,
    "S": _not(_is_space),
}


@dataclass(frozen=True, slots=True)
class Regex:
    """An expression ready to search with: `alternatives` are what stands between its bars."""

    alternatives: tuple[_Row, ...]

    @classmethod
    def parse(cls, text: str) -> Regex:
        """Read what stands between the percent signs; InvalidFilter for what is not supported."""
        if not text:
            raise InvalidFilter("an empty regular expression")
        return cls(tuple(_RowParser(text).rows()))

    def search(self, text: str) -> bool:
        """Whether the expression matches somewhere in `text`."""
        return any(row.search(text) for row in self.alternatives)


@dataclass(slots=True)
class _Row:
    """Steps to take one after the other. Bit n of a state: n steps are behind, step n comes next."""

    steps: list[_Accepts] = field(default_factory=list)
    skippable: int = 0
    repeatable: int = 0
    at_start: bool = False
    at_end: bool = False
    _wanted_by: dict[str, int] = field(default_factory=dict)
    _moves: dict[tuple[int, str], int] = field(default_factory=dict)

    def add(self, accepts: _Accepts, least: int, most: int | None) -> None:
        """Append a step that is to be taken `least` to `most` times, without end for None."""
        optional = 1 if most is None else most - least
        if len(self.steps) + least + optional > MAX_STEPS:
            raise InvalidFilter("the regular expression is too long")
        self.steps += [accepts] * least
        for _ in range(optional):
            self.skippable |= 1 << len(self.steps)
            if most is None:
                self.repeatable |= 1 << len(self.steps)
            self.steps.append(accepts)

    def search(self, text: str) -> bool:
        """Whether the steps can be taken somewhere in `text` (at its ends, where anchored)."""
        done = 1 << len(self.steps)
        begin = self._with_skips(1)
        state = begin
        for character in text:
            if state & done and not self.at_end:
                return True
            move = (state, character)
            following = self._moves.get(move)
            if following is None:
                following = self._step(state, character)
                if len(self._moves) >= _MAX_CACHED_MOVES:
                    self._moves.clear()
                self._moves[move] = following
            state = following if self.at_start else following | begin
        return bool(state & done)

    def _step(self, state: int, character: str) -> int:
        wanted = self._wanted_by.get(character)
        if wanted is None:
            wanted = sum(1 << index for index, accepts in enumerate(self.steps) if accepts(character))
            if len(self._wanted_by) >= _MAX_CACHED_MOVES:
                self._wanted_by.clear()
            self._wanted_by[character] = wanted
        taken = state & wanted
        return self._with_skips(taken << 1 | taken & self.repeatable)

    def _with_skips(self, state: int) -> int:
        """The state with every step that may be left out left out."""
        while (skipped := state | (state & self.skippable) << 1) != state:
            state = skipped
        return state


class _RowParser:
    """Reads an expression from left to right."""

    __slots__ = ("_position", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def rows(self) -> list[_Row]:
        rows = [self._row()]
        while self._take("|"):
            rows.append(self._row())
        return rows

    def _row(self) -> _Row:
        row = _Row(at_start=self._take("^"))
        while self._position < len(self._text) and not self._text.startswith("|", self._position):
            if self._take("$"):
                row.at_end = True
                break
            accepts = self._one()
            least, most = self._quantifier()
            row.add(accepts, least, most)
        if row.at_end and self._position < len(self._text) and self._text[self._position] != "|":
            raise self._refused("$ may only stand at the end")
        return row

    def _one(self) -> _Accepts:
        """What one character must be."""
        character = self._text[self._position]
        if self._take("."):
            return _anything
        if self._take("["):
            return self._class()
        if self._take("\\"):
            return self._escape()
        if _LITERALS.fullmatch(character) is None:
            raise self._refused(f"{character!r} is not supported in a regular expression")
        self._position += 1
        return _is(character)

    def _escape(self) -> _Accepts:
        """What follows a backslash."""
        if (hexadecimal := _HEXADECIMAL.match(self._text, self._position)) is not None:
            self._position = hexadecimal.end()
            return _is(chr(int(hexadecimal[0][1:], 16)))
        character = self._text[self._position : self._position + 1]
        self._position += 1
        if character in _CLASSES:
            return _CLASSES[character]
        if not character or not character.isascii() or character.isalnum():
            raise self._refused("an escape that is not supported")
        return _is(character)

    def _class(self) -> _Accepts:
        """What stands between square brackets."""
        is_negated = self._take("^")
        choices: list[_Accepts] = []
        while not self._take("]"):
            if self._position >= len(self._text):
                raise self._refused("a class without end")
            choices.append(self._choice())
        if not choices:
            raise self._refused("an empty class")
        return _not(_any_of(choices)) if is_negated else _any_of(choices)

    def _choice(self) -> _Accepts:
        if self._take("\\"):
            return self._escape()
        first = self._text[self._position]
        self._position += 1
        if not self._text.startswith("-", self._position) or self._text.startswith("-]", self._position):
            return _is(first)
        last = self._text[self._position + 1 : self._position + 2]
        self._position += 2
        if not last or last < first or last == "\\":
            raise self._refused("a range that is out of order")
        return _between(first, last)

    def _quantifier(self) -> tuple[int, int | None]:
        match = _QUANTIFIER.match(self._text, self._position)
        if match is None:
            return 1, 1
        self._position = match.end()
        if match[0] in _SIMPLE_QUANTIFIERS:
            return _SIMPLE_QUANTIFIERS[match[0]]
        least = int(match["least"])
        if match["more"] is None:
            return least, least
        most = int(match["most"]) if match["most"] else None
        if most is not None and most < least:
            raise self._refused("a repetition that is out of order")
        return least, most

    def _take(self, mark: str) -> bool:
        if not self._text.startswith(mark, self._position):
            return False
        self._position += len(mark)
        return True

    def _refused(self, problem: str) -> InvalidFilter:
        return InvalidFilter(f"%{self._text}%: {problem}, at character {self._position + 1}")
