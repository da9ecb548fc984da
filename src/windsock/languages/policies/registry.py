"""Where condition operators make themselves known.

A module in `operators/` registers each comparison with one decorator; nothing lists the modules by hand.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from windsock.languages.policies.texts import Text

Compare = Callable[[str], bool]
"""Whether a value of the request matches one value of the policy."""
Compile = Callable[[Text], Compare]
"""Compiles one value of the policy."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator without its modifiers."""

    compile: Compile
    negated: bool
    takes_variables: bool


class Registry:
    """The operators, by name."""

    def __init__(self) -> None:
        self._operators: dict[str, Operator] = {}

    def register(
        self, *names: str, negated: tuple[str, ...] = (), variables: bool
    ) -> Callable[[Compile], Compile]:
        """Register a comparison under `names`, and its negation under those of `negated`.

        `variables` says whether the policy's values may hold policy variables.
        """

        def register(compile_value: Compile) -> Compile:
            for name in names:
                self._operators[name] = Operator(compile_value, False, variables)
            for name in negated:
                self._operators[name] = Operator(compile_value, True, variables)
            return compile_value

        return register

    def find(self, name: str) -> Operator | None:
        """The operator of a name without modifiers, or None."""
        _load_operators()
        return self._operators.get(name)


@functools.cache
def _load_operators() -> None:
    package = importlib.import_module("windsock.languages.policies.operators")
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(found.name)


OPERATORS = Registry()
operator = OPERATORS.register


def never(_: str) -> bool:
    """The comparison of a policy value that is nothing the operator can compare with."""
    return False
