"""The rules of composite alarms: `ALARM("a") AND NOT (OK("b") OR INSUFFICIENT_DATA("c"))`. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from windsock.kernel.arns import parse_arn

States = Mapping[str, str]
"""The state of each alarm by its name; those that are not there have none."""

Test = Callable[[States], bool]

_TOKEN: Final = re.compile(r'\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))')
_FUNCTIONS: Final = ("ALARM", "OK", "INSUFFICIENT_DATA")
_CONSTANTS: Final = {"TRUE": True, "FALSE": False}
# How deep parentheses may nest before a rule is refused.
_DEPTH: Final = 50


class InvalidRule(ValueError):
    """A text that is no rule; it says where reading ended."""


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """A rule ready to use. `alarms` are the names it mentions."""

    holds: Test
    alarms: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> AlarmRule:
        """Raises InvalidRule."""
        return _parse(text)


@functools.lru_cache(maxsize=512)
def _parse(text: str) -> AlarmRule:
    parser = _Parser(text)
    test = parser.disjunction(0)
    parser.expect_end()
    return AlarmRule(test, frozenset(parser.alarms))


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self.alarms: set[str] = set()

    def disjunction(self, depth: int) -> Test:
        tests = [self._conjunction(depth)]
        while self._take_word("OR"):
            tests.append(self._conjunction(depth))
        return tests[0] if len(tests) == 1 else lambda states: any(test(states) for test in tests)

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise self._unexpected()

    def _conjunction(self, depth: int) -> Test:
        tests = [self._negation(depth)]
        while self._take_word("AND"):
            tests.append(self._negation(depth))
        return tests[0] if len(tests) == 1 else lambda states: all(test(states) for test in tests)

    def _negation(self, depth: int) -> Test:
        if not self._take_word("NOT"):
            return self._operand(depth)
        test = self._negation(depth + 1) if depth < _DEPTH else self._too_deep()
        return lambda states: not test(states)

    def _operand(self, depth: int) -> Test:
        if self._take("("):
            test = self.disjunction(depth + 1) if depth < _DEPTH else self._too_deep()
            self._expect(")")
            return test
        kind, value = self._peek()
        word = value.upper()
        if kind == "word" and word in _CONSTANTS:
            self._next += 1
            constant = _CONSTANTS[word]
            return lambda _: constant
        if kind == "word" and word in _FUNCTIONS:
            self._next += 1
            return self._function(word)
        raise self._unexpected()

    def _function(self, state: str) -> Test:
        self._expect("(")
        kind, value = self._peek()
        if kind not in ("word", "text"):
            raise self._unexpected()
        self._next += 1
        self._expect(")")
        arn = parse_arn(value)
        name = value if arn is None else arn.resource.removeprefix("alarm:")
        self.alarms.add(name)
        return lambda states: states.get(name) == state

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "")

    def _take_word(self, word: str) -> bool:
        kind, value = self._peek()
        found = kind == "word" and value.upper() == word
        self._next += found
        return found

    def _take(self, mark: str) -> bool:
        found = self._peek() == ("mark", mark)
        self._next += found
        return found

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise self._unexpected()

    def _unexpected(self) -> InvalidRule:
        kind, value = self._peek()
        return InvalidRule("it ends too early" if kind == "end" else f"{value!r} was not expected")

    def _too_deep(self) -> Test:
        raise InvalidRule(f"it nests deeper than {_DEPTH}")


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise InvalidRule(f"{text[position:].strip()[:20]!r} was not expected")
        mark, quoted, word = match.groups()
        if quoted is not None:
            found.append(("text", re.sub(r"\\(.)", r"\1", quoted)))
        else:
            found.append(("mark", mark) if mark is not None else ("word", word))
        position = match.end()
    return found
