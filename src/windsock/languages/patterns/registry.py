"""Where operators make themselves known.

A module in `operators/` registers what it compiles with one decorator; nothing lists the modules by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from windsock.languages.patterns.conditions import Condition
from windsock.languages.patterns.errors import InvalidPattern, Moment

Compile: TypeAlias = Callable[[object], Condition]
"""Compiles an operator's operand as the JSON parser left it, objects as `document.Members`.
Raises InvalidPattern with AWS's reason; the moment is relative to the operand."""

ONE_KEY = "Only one key allowed in match expression"


class Registry:
    """The operators by keyword, and the literals by the Python type of their JSON value."""

    def __init__(self) -> None:
        self._operators: dict[str, tuple[Compile, str]] = {}
        self._literals: dict[type, Compile] = {}

    def operator(self, keyword: str, *, second_key: str = ONE_KEY) -> Callable[[Compile], Compile]:
        """Register the compiler of `{keyword: operand}`; `second_key` is AWS's reason to refuse another
        key."""

        def register(compile_operand: Compile) -> Compile:
            self._operators[keyword] = (compile_operand, second_key)
            return compile_operand

        return register

    def literal(self, *types: type) -> Callable[[Compile], Compile]:
        """Register the compiler of values that stand for themselves."""

        def register(compile_value: Compile) -> Compile:
            for each in types:
                self._literals[each] = compile_value
            return compile_value

        return register

    def compile_literal(self, value: object) -> Condition:
        """The condition a bare value of a field's array means."""
        compile_value = self._literals.get(type(value))
        if compile_value is None:
            raise InvalidPattern("Match value must be String, number, true, false, or null", Moment.STARTED)
        return compile_value(value)

    def compile_expression(self, members: list[tuple[str, object]]) -> Condition:
        """The condition that an object in a field's array means."""
        if not members:
            raise InvalidPattern("Match expression name not found", Moment.CLOSED)
        keyword, operand = members[0]
        known = self._operators.get(keyword)
        if known is None:
            raise InvalidPattern(f"Unrecognized match type {keyword}", Moment.STARTED, 0)
        compile_operand, second_key = known
        try:
            condition = compile_operand(operand)
        except InvalidPattern as fault:
            raise fault.within(0) from None
        if len(members) > 1:
            raise InvalidPattern(second_key, Moment.STARTED, 1)
        return condition


REGISTRY = Registry()
operator = REGISTRY.operator
literal = REGISTRY.literal
