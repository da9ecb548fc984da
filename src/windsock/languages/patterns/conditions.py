"""What operators compile to, and what a pattern makes of it for a field."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from windsock.languages.patterns.values import Constant, Scalar

if TYPE_CHECKING:
    from windsock.languages.patterns.tables import Table

Test: TypeAlias = Callable[[Scalar], bool]
"""True when a field's value passes. Called with MISSING when the event does not have the field."""

NOT_A_LITERAL: Final = Constant("not a literal")


class Access(NamedTuple):
    """One key under which an index finds a condition, given a value that may pass it."""

    table: type[Table]
    key: Hashable
    rarity: float
    """Expected share of values that the key finds, 0 to 1; the smaller, the better an entrance to a rule."""
    proves: bool
    """Whether being found means having passed, so that the test need not run."""


class Condition(NamedTuple):
    """One alternative of a field in a pattern, compiled."""

    test: Test
    access: Access | None
    """None when no value leads to the condition: it holds when the field is missing."""
    literal: Scalar = NOT_A_LITERAL
    """The value, when the condition is equality with one."""
    wildcards: tuple[str, ...] = ()
    """The wildcard expressions inside, whose complexity AWS limits."""


class FieldPattern:
    """What a pattern says about one field: it passes when any of the conditions does."""

    __slots__ = ("access", "literals", "path", "proves", "rarity", "source", "test", "wildcards")

    def __init__(self, path: str, source: list[object], conditions: Sequence[Condition]) -> None:
        self.path = path
        """The field's names, joined by dots."""
        self.source = source
        """The JSON array that the pattern has for the field."""
        literals = frozenset([c.literal for c in conditions if c.literal is not NOT_A_LITERAL])
        tests = [condition.test for condition in conditions if condition.literal is NOT_A_LITERAL]
        self.literals: frozenset[Scalar] = frozenset() if tests else literals
        """The values, when all that is asked is equality with one of them."""
        self.test: Test = _any_of([literals.__contains__, *tests] if literals else tests)
        reachable = [condition.access for condition in conditions if condition.access is not None]
        self.access: tuple[Access, ...] | None = None
        """Where an index has to put the field, all of them; None when it cannot find every passing value."""
        if len(reachable) == len(conditions):
            self.access = tuple({access[:2]: access for access in reachable}.values())
        self.rarity = 1.0 if self.access is None else sum([access.rarity for access in self.access])
        """Expected share of values that lead there."""
        self.proves = all(access.proves for access in reachable)
        """Whether being found at one of them means having passed."""
        self.wildcards = tuple([condition.wildcards for condition in conditions if condition.wildcards])


Clause: TypeAlias = tuple[FieldPattern, ...]
"""A conjunction of different fields."""


def _any_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def passes(value: Scalar) -> bool:
        return any(test(value) for test in tests)

    return passes
