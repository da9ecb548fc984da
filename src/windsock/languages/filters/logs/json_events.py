"""Filter patterns for JSON log events: `{ $.user.id = 1 && ($.error NOT EXISTS || $.latency > 10e3) }`.

"Using filter patterns to match terms in JSON log events": a selector must lead to a string or a number for a
comparison to apply, so `$.users = 1` and `$.users != 1` both fail where users is an array, or is not there.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from windsock.languages.filters.logs.conditions import Condition, condition
from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.expressions import Parser, Test
from windsock.languages.filters.logs.lexer import Sort, lex
from windsock.languages.values import to_json

_STEP: Final = re.compile(
    r"""\.?\[(?:(?P<index>\d+)|(?P<any>\*)|'(?P<key>[^']*)'|"(?P<name>[^"]*)")\]|\.(?P<bare>[^.\[]+)"""
)
_CONSTANTS: Final[Mapping[str, bool | None]] = {"NULL": None, "TRUE": True, "FALSE": False}


class _AnyStep:
    """The step `[*]` or `.*`: every element, every member."""


_ANY: Final = _AnyStep()
_Step = str | int | _AnyStep


@dataclass(frozen=True, slots=True)
class Selector:
    """A path into an event: `$.users[0].id`, `$.processes[*].name`."""

    text: str
    steps: tuple[_Step, ...]

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Read a selector the lexer found."""
        return cls(text, tuple(map(_step, _STEP.finditer(text))))

    def select(self, event: Any) -> list[Any]:
        """Every value it leads to: one or none, more with a wildcard."""
        found = [event]
        for step in self.steps:
            found = [child for value in found for child in _children(value, step)]
        return found


@dataclass(frozen=True, slots=True)
class _Compares:
    selector: Selector
    condition: Condition

    def holds(self, event: Any) -> bool:
        return any(
            self.condition.holds(value)
            for value in self.selector.select(event)
            if isinstance(value, str | int | float) and not isinstance(value, bool)
        )


@dataclass(frozen=True, slots=True)
class _Is:
    selector: Selector
    constant: bool | None

    def holds(self, event: Any) -> bool:
        return any(value is self.constant for value in self.selector.select(event))


@dataclass(frozen=True, slots=True)
class _NotExists:
    selector: Selector

    def holds(self, event: Any) -> bool:
        return not self.selector.select(event)


@dataclass(frozen=True, slots=True)
class JsonFilter:
    """A `{...}` pattern: the test, and the selectors it names."""

    test: Test[Any]
    selectors: tuple[Selector, ...]

    @classmethod
    def parse(cls, text: str) -> JsonFilter:
        """Read a pattern in curly braces."""
        if not text.endswith("}"):
            raise InvalidFilter("a JSON filter pattern ends with }")
        lexemes = lex(text[1:-1])
        parser: Parser[Any] = Parser(lexemes, _leaf)
        test = parser.expression()
        if parser.current.sort is not Sort.END:
            raise parser.refused("&&, || or the end")
        names = dict.fromkeys(lexeme.text for lexeme in lexemes if lexeme.sort is Sort.SELECTOR)
        return cls(test, tuple(map(Selector.parse, names)))

    def match(self, message: str) -> dict[str, str] | None:
        """The values at the pattern's selectors ("$.latency": "12"); None when the message does not match."""
        try:
            event = orjson.loads(message)
        except orjson.JSONDecodeError:
            return None
        if not self.test.holds(event):
            return None
        return {
            selector.text: _spelt(found[0])
            for selector in self.selectors
            if (found := selector.select(event))
        }


def _leaf(parser: Parser[Any]) -> Test[Any]:
    """One test: a selector and what is asked of it."""
    if parser.current.sort is not Sort.SELECTOR:
        raise parser.refused("a selector such as $.name")
    selector = Selector.parse(parser.next().text)
    if not selector.steps:
        raise InvalidFilter("a selector must name a property, such as $.name")
    lexeme = parser.next()
    if lexeme.sort is Sort.COMPARISON:
        return _Compares(selector, condition(lexeme.text, parser.operand()))
    words = (lexeme.text, parser.next().text if lexeme.sort is Sort.WORD else "")
    if words == ("NOT", "EXISTS"):
        return _NotExists(selector)
    if words[0] == "IS" and words[1] in _CONSTANTS:
        return _Is(selector, _CONSTANTS[words[1]])
    raise InvalidFilter(f"{selector.text} must be followed by a comparison, IS NULL|TRUE|FALSE or NOT EXISTS")


def _step(match: re.Match[str]) -> _Step:
    if match["any"] or match["bare"] == "*":
        return _ANY
    if match["index"]:
        return int(match["index"])
    return next(name for name in (match["bare"], match["key"], match["name"]) if name is not None)


def _children(value: Any, step: _Step) -> list[Any]:
    if isinstance(value, dict):
        if isinstance(step, _AnyStep):
            return list(value.values())
        return [value[step]] if isinstance(step, str) and step in value else []
    if isinstance(value, list):
        if isinstance(step, _AnyStep):
            return value
        return [value[step]] if isinstance(step, int) and step < len(value) else []
    return []


def _spelt(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)
