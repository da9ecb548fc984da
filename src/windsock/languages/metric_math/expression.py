"""Expressions, read: a tree of which each node knows its value.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.operators import OPERATIONS, combine
from windsock.languages.metric_math.registry import Function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Array, Series, Value, Word

Lookup = Callable[[str], Value]
"""Gives the value of an id. Raises InvalidExpression."""


class Expression(ABC):
    """A part of an expression, or the whole."""

    @abstractmethod
    def argument(self, request: Request, lookup: Lookup) -> Argument:
        """Its value as a function is given it. Raises InvalidExpression."""

    def parts(self) -> tuple[Expression, ...]:
        """What it is made of."""
        return ()

    def value(self, request: Request, lookup: Lookup) -> Value:
        """Its value. Raises InvalidExpression for texts, which only functions take."""
        found = self.argument(request, lookup)
        if isinstance(found, str):
            raise InvalidExpression(f"{found} is no number and no time series")
        return found

    def calls(self) -> Iterator[str]:
        """The names of the functions in it."""
        for part in self.parts():
            yield from part.calls()


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A number, a text in quotes, or a word such as `REPEAT`."""

    content: float | str

    def argument(self, request: Request, lookup: Lookup) -> Argument:
        return self.content


@dataclass(frozen=True, slots=True)
class Reference(Expression):
    """The id of a metric or of another expression."""

    id: str

    def argument(self, request: Request, lookup: Lookup) -> Argument:
        return lookup(self.id)


@dataclass(frozen=True, slots=True)
class Brackets(Expression):
    """`[m1, m2]`: an array of time series; arrays in it are taken apart."""

    items: tuple[Expression, ...]

    def parts(self) -> tuple[Expression, ...]:
        return self.items

    def argument(self, request: Request, lookup: Lookup) -> Argument:
        found: list[Series] = []
        for item in self.items:
            value = item.value(request, lookup)
            if isinstance(value, float):
                raise InvalidExpression("an array holds time series only")
            found += [value] if isinstance(value, Series) else value
        array: Array = tuple(found)
        return array


@dataclass(frozen=True, slots=True)
class Negation(Expression):
    """`-x`."""

    operand: Expression

    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def argument(self, request: Request, lookup: Lookup) -> Argument:
        return combine(OPERATIONS["*"], self.operand.value(request, lookup), -1.0)


@dataclass(frozen=True, slots=True)
class Operator(Expression):
    """`left sign right`."""

    sign: str
    left: Expression
    right: Expression

    def parts(self) -> tuple[Expression, ...]:
        return self.left, self.right

    def argument(self, request: Request, lookup: Lookup) -> Argument:
        operation = OPERATIONS[self.sign]
        return combine(operation, self.left.value(request, lookup), self.right.value(request, lookup))


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """`NAME(...)`."""

    function: Function
    arguments: tuple[Expression, ...]

    def parts(self) -> tuple[Expression, ...]:
        return self.arguments

    def argument(self, request: Request, lookup: Lookup) -> Argument:
        return self.function.call(request, [each.argument(request, lookup) for each in self.arguments])

    def calls(self) -> Iterator[str]:
        yield self.function.name
        for part in self.arguments:
            yield from part.calls()


def word(text: str) -> Constant:
    """A word."""
    return Constant(Word(text))
