"""Filter patterns for space-delimited log events: `[ip, user, ..., status = 4* && status != 403, bytes > 9]`.

"Using filter patterns to match terms in space-delimited log events". What stands between square brackets or
double quotes is one field of an event.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from windsock.languages.filters.logs.conditions import condition
from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.expressions import Parser, Test
from windsock.languages.filters.logs.lexer import Sort, after_space, lex

_NAME: Final = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_ELLIPSIS: Final = "..."
_WORD: Final = re.compile(r"\S+")
_CLOSERS: Final = {"[": "]", '"': '"'}


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of the pattern; without a name it is known by its number, without a test it may be anything."""

    name: str | None = None
    test: Test[str] | None = None

    def accepts(self, value: str) -> bool:
        return self.test is None or self.test.holds(value)


_UNNAMED: Final = _Field()


@dataclass(frozen=True, slots=True)
class SpaceDelimitedFilter:
    """A `[...]` pattern: fields at the beginning, fields at the end; between them, if open, any number."""

    first: tuple[_Field, ...]
    last: tuple[_Field, ...]
    is_open: bool

    @classmethod
    def parse(cls, text: str) -> SpaceDelimitedFilter:
        """Read a pattern in square brackets."""
        if not text.endswith("]"):
            raise InvalidFilter("a space-delimited filter pattern ends with ]")
        return _FieldsParser(text[1:-1]).filter()

    def match(self, message: str) -> dict[str, str] | None:
        """The fields by name ("$status": "404") or number ("$4"); None when the message does not match."""
        values = list(_values(message))
        unnamed = len(values) - len(self.first) - len(self.last)
        if unnamed < 0 or (unnamed and not self.is_open):
            return None
        fields = (*self.first, *(_UNNAMED for _ in range(unnamed)), *self.last)
        if not all(field.accepts(value) for field, value in zip(fields, values, strict=True)):
            return None
        return {
            f"${field.name or number}": value
            for number, (field, value) in enumerate(zip(fields, values, strict=True), 1)
        }


class _FieldsParser:
    """Reads the fields between the brackets."""

    __slots__ = ("_names", "_parser")

    def __init__(self, text: str) -> None:
        self._parser: Parser[str] = Parser(lex(text), self._comparison)
        self._names: list[str] = []

    def filter(self) -> SpaceDelimitedFilter:
        groups: list[list[_Field]] = [[]]
        while True:
            if self._parser.take(_ELLIPSIS):
                groups.append([])
            else:
                groups[-1].append(self._field())
            if not self._parser.take(","):
                break
        if self._parser.current.sort is not Sort.END:
            raise self._parser.refused("a comma")
        if len(groups) > 2:
            raise InvalidFilter("more than one ellipsis in a filter pattern")
        first, *rest = map(tuple, groups)
        return SpaceDelimitedFilter(first, rest[0] if rest else (), bool(rest))

    def _field(self) -> _Field:
        current = self._parser.current
        if current.sort is Sort.END or (current.sort is Sort.MARK and current.text == ","):
            return _UNNAMED
        self._names.clear()
        test = self._parser.expression()
        return _Field(self._names[0], None if isinstance(test, _Anything) else test)

    def _comparison(self, parser: Parser[str]) -> Test[str]:
        """A name, alone or compared; every name in one field is the same."""
        name = parser.current
        if name.sort is not Sort.WORD or _NAME.fullmatch(name.text) is None:
            raise parser.refused("the name of a field")
        self._names.append(name.text)
        if name.text != self._names[0]:
            raise InvalidFilter(f"{name.text} is compared in the place of {self._names[0]}")
        parser.next()
        if parser.current.sort is not Sort.COMPARISON:
            return _Anything()
        return condition(parser.next().text, parser.operand())


class _Anything:
    """A field that is only named."""

    def holds(self, value: str) -> bool:
        return True


def _values(message: str) -> Iterator[str]:
    """The fields of an event."""
    last = {closer: message.rfind(closer) for closer in _CLOSERS.values()}
    position = after_space(message, 0)
    while position < len(message):
        closer = _CLOSERS.get(message[position])
        if closer is not None and last[closer] > position:
            end = message.index(closer, position + 1)
            yield message[position + 1 : end]
            position = after_space(message, end + 1)
            continue
        word = _WORD.match(message, position)
        if word is None:
            return
        yield word[0]
        position = after_space(message, word.end())
