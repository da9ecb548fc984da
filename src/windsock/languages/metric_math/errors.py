"""What can be wrong with an expression."""

from __future__ import annotations


class InvalidExpression(ValueError):
    """An expression that cannot be read, or cannot be done with what it is given; the message says why."""


class UnsupportedFunction(InvalidExpression):
    """A function that CloudWatch has and this library does not."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the function {name} is not supported")
        self.name = name
