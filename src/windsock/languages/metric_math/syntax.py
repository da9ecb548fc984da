"""Reading expressions.

Binding, loosest first: OR, AND, comparisons, `+ -`, `* /`, unary `-`, `^`.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from windsock.kernel.discovery import modules
from windsock.languages.metric_math.errors import InvalidExpression, UnsupportedFunction
from windsock.languages.metric_math.expression import (
    Brackets,
    Call,
    Constant,
    Expression,
    Negation,
    Operator,
    Reference,
    word,
)
from windsock.languages.metric_math.registry import FUNCTIONS, UNSUPPORTED, Function

_DEPTH: Final = 64  # our own bound of nesting
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<id>[a-z][A-Za-z0-9_]*)"
    r"|(?P<name>[A-Z][A-Z0-9_]*)"
    r"|'(?P<single>(?:[^'\\]|\\.)*)'"
    r'|"(?P<double>(?:[^"\\]|\\.)*)"'
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>()\[\],]))"
)
_SPELLINGS: Final = {"&&": "AND", "||": "OR"}
# Operators of two sides by how they bind, loosest first.
_LEVELS: Final = (("OR",), ("AND",), ("==", "!=", "<=", ">=", "<", ">"), ("+", "-"), ("*", "/"))


class _Token(NamedTuple):
    kind: str
    text: str


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """Read an expression. Raises InvalidExpression, for a function that is not there UnsupportedFunction."""
    reader = _Reader(_tokens(text))
    expression = reader.expression(0)
    reader.expect("end", "")
    return expression


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise InvalidExpression(f"unexpected {text[at:].strip()[:1]!r} at position {at}")
        kind, spelt = found.lastgroup, found[found.lastgroup]
        if kind == "sign" or (kind == "name" and spelt in ("AND", "OR")):
            kind, spelt = "sign", _SPELLINGS.get(spelt, spelt)
        tokens.append(_Token(kind, spelt))
        at = found.end()
    return [*tokens, _Token("end", "")]


class _Reader:
    """Reads tokens, one after the other."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def expression(self, level: int) -> Expression:
        """An expression of operators that bind at least as fast as those of a level."""
        if level == len(_LEVELS):
            return self._signed()
        left = self.expression(level + 1)
        while self._next.kind == "sign" and self._next.text in _LEVELS[level]:
            left = Operator(self._take().text, left, self.expression(level + 1))
        return left

    def expect(self, kind: str, text: str) -> None:
        """Take a token that must come now. Raises InvalidExpression."""
        token = self._take()
        if token != (kind, text):
            wanted = text or "the end"
            raise InvalidExpression(f"{token.text or 'the end'} is where {wanted} should be")

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _signed(self) -> Expression:
        if self._next == ("sign", "-"):
            self._take()
            return Negation(self._nested(self._signed))
        base = self._primary()
        if self._next == ("sign", "^"):
            self._take()
            return Operator("^", base, self._nested(self._signed))
        return base

    def _primary(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return Constant(float(token.text))
        if token.kind in ("single", "double"):
            return Constant(token.text)
        if token.kind == "id":
            if self._next == ("sign", "("):
                raise InvalidExpression(f"{token.text} is no function: their names are in upper case")
            return Reference(token.text)
        if token.kind == "name":
            return self._named(token.text)
        if token == ("sign", "("):
            inner = self._nested(lambda: self.expression(0))
            self.expect("sign", ")")
            return inner
        if token == ("sign", "["):
            return Brackets(self._list("]"))
        raise InvalidExpression(f"unexpected {token.text or 'end'}")

    def _named(self, name: str) -> Expression:
        if self._next != ("sign", "("):
            return word(name)
        self._take()
        if name in UNSUPPORTED:
            raise UnsupportedFunction(name)
        function = _functions().get(name)
        if function is None:
            raise InvalidExpression(f"there is no function {name}")
        return Call(function, self._list(")"))

    def _list(self, closing: str) -> tuple[Expression, ...]:
        items: list[Expression] = []
        if self._next != ("sign", closing):
            items.append(self._nested(lambda: self.expression(0)))
            while self._next == ("sign", ","):
                self._take()
                items.append(self._nested(lambda: self.expression(0)))
        self.expect("sign", closing)
        return tuple(items)

    def _nested(self, read: Callable[[], Expression]) -> Expression:
        self._depth += 1
        if self._depth > _DEPTH:
            raise InvalidExpression("the expression is nested too deeply")
        inner = read()
        self._depth -= 1
        return inner


@functools.cache
def _functions() -> dict[str, Function]:
    for _ in modules("windsock.languages.metric_math.functions"):
        pass
    return FUNCTIONS
