"""`&&`, `||` and parentheses, for both kinds of filter pattern that have them.

"Parenthesis are allowed and the syntax follows standard order of operations () > && > ||".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.lexer import Lexeme, Sort

MAX_NESTING: Final = 50
_OPERANDS: Final = (Sort.WORD, Sort.STRING, Sort.REGEX)

_Event = TypeVar("_Event", contravariant=True)


class Test(Protocol[_Event]):
    """A question about an event (or a part of one) in whatever form the filter has read it."""

    def holds(self, event: _Event) -> bool:
        """The answer."""
        ...


@dataclass(frozen=True, slots=True)
class _All(Generic[_Event]):
    tests: Sequence[Test[_Event]]

    def holds(self, event: _Event) -> bool:
        return all(test.holds(event) for test in self.tests)


@dataclass(frozen=True, slots=True)
class _Any(Generic[_Event]):
    tests: Sequence[Test[_Event]]

    def holds(self, event: _Event) -> bool:
        return any(test.holds(event) for test in self.tests)


class Parser(Generic[_Event]):
    """Reads lexemes from left to right; `leaf` reads the single tests."""

    __slots__ = ("_leaf", "_lexemes", "_nesting", "_position")

    def __init__(self, lexemes: Sequence[Lexeme], leaf: Callable[[Parser[_Event]], Test[_Event]]) -> None:
        self._lexemes = lexemes
        self._leaf = leaf
        self._position = 0
        self._nesting = 0

    @property
    def current(self) -> Lexeme:
        """The lexeme to be read next."""
        return self._lexemes[self._position]

    def next(self) -> Lexeme:
        """Read one lexeme; the END stays."""
        lexeme = self.current
        if lexeme.sort is not Sort.END:
            self._position += 1
        return lexeme

    def take(self, mark: str) -> bool:
        """Read `mark`, if it is what comes."""
        if self.current.sort is not Sort.MARK or self.current.text != mark:
            return False
        self._position += 1
        return True

    def operand(self) -> Lexeme:
        """Read what a value is compared with."""
        if self.current.sort not in _OPERANDS:
            raise self.refused("a value")
        return self.next()

    def refused(self, expectation: str) -> InvalidFilter:
        """The error for something else standing here."""
        lexeme = self.current
        found = "the end" if lexeme.sort is Sort.END else repr(lexeme.text)
        return InvalidFilter(f"expected {expectation}, found {found} at character {lexeme.position + 1}")

    def expression(self) -> Test[_Event]:
        """Read tests joined by `||`, each of them tests joined by `&&`."""
        tests = [self._conjunction()]
        while self.take("||"):
            tests.append(self._conjunction())
        return tests[0] if len(tests) == 1 else _Any(tests)

    def _conjunction(self) -> Test[_Event]:
        tests = [self._operand()]
        while self.take("&&"):
            tests.append(self._operand())
        return tests[0] if len(tests) == 1 else _All(tests)

    def _operand(self) -> Test[_Event]:
        if not self.take("("):
            return self._leaf(self)
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise InvalidFilter(f"more than {MAX_NESTING} parentheses inside one another")
        test = self.expression()
        self._nesting -= 1
        if not self.take(")"):
            raise self.refused(")")
        return test
