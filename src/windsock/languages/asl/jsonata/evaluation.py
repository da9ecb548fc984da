"""One evaluation by jsonata-python: within bounds, and as JSONata has it where the library differs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from jsonata.functions import Functions
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.parser import Parser
from jsonata.utils import Utils

import windsock.languages.asl.jsonata.functions  # noqa: F401 -- importing registers the functions
from windsock.languages.asl.jsonata.failures import MEMORY, LimitExceeded
from windsock.languages.asl.jsonata.natives import FUNCTIONS
from windsock.languages.asl.jsonata.plain_paths import PlainPath
from windsock.languages.asl.jsonata.values import Bindings
from windsock.languages.asl.limits import MAX_JSONATA_BYTES, MAX_JSONATA_DEPTH, MAX_JSONATA_STEPS
from windsock.languages.asl.values import is_number, same

_BYTES_PER_ELEMENT: Final = 8
_BYTES_PER_STEP: Final = 512
_TOO_DEEP: Final = (
    "Stack overflow error: Check for non-terminating recursive function."
    " Consider rewriting as tail-recursive. Depth={depth} max={most}"
)
_TOO_LONG: Final = "Expression evaluation timeout: Check for infinite loop"


class Variables(Jsonata.Frame):  # type: ignore[misc] # the library has no types
    """The outermost frame of an evaluation: what it assigns itself, and the bindings."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__(FUNCTIONS)
        self._from_outside = bindings
        # Asked for at every step; found here, nobody has to look further.
        self.bindings = {"__evaluate_entry": None, "__evaluate_exit": None, "$": None}

    def lookup(self, name: str) -> Any:
        """What a name stands for; None when for nothing."""
        if name in self.bindings:
            return self.bindings[name]
        value = self._from_outside.for_library(name)
        return FUNCTIONS.lookup(name) if value is None else value


class Evaluation(Jsonata):  # type: ignore[misc] # the library has no types
    """An evaluation. It is made for one expression and one set of bindings, and thrown away."""

    def __init__(self, plain_paths: Mapping[Parser.Symbol, PlainPath], bindings: Bindings) -> None:
        # Not the library's own: that would read the expression again.
        self.parser = Jsonata.get_parser()
        self.environment = Variables(bindings)
        self.surroundings = bindings.environment
        self.timestamp = bindings.environment.now_ms
        self.input = None
        self._plain_paths = plain_paths
        self._depth = 0
        self._steps = 0

    def run(self, expression: Parser.Symbol) -> Any:
        """The result as the library has it. Raises LimitExceeded, JException and what the library does."""
        # The library's own functions find the evaluation under way by this.
        before = getattr(Jsonata.CURRENT, "jsonata", None)
        Jsonata.CURRENT.jsonata = self
        try:
            return self.eval(expression, None, self.environment)
        finally:
            Jsonata.CURRENT.jsonata = before

    def eval(self, expr: Parser.Symbol, input: Any, environment: Jsonata.Frame) -> Any:  # noqa: A002
        """One step: a part of the expression."""
        self._depth += 1
        self.spend(1)
        if self._depth > MAX_JSONATA_DEPTH:
            raise LimitExceeded(_TOO_DEEP.format(depth=self._depth, most=MAX_JSONATA_DEPTH))
        outer = self.input, self.environment
        result = self._eval(expr, input, environment)
        self.input, self.environment = outer
        if isinstance(result, str | list):
            size = _size(result)
            if size > MAX_JSONATA_BYTES:
                raise LimitExceeded(MEMORY)
            if expr.type != "variable":
                self.spend(size // _BYTES_PER_STEP)
        self._depth -= 1
        return result

    def spend(self, steps: int) -> None:
        """Count steps. LimitExceeded when there are too many, before they are done."""
        self._steps += steps
        if self._steps > MAX_JSONATA_STEPS:
            raise LimitExceeded(_TOO_LONG)

    def evaluate_path(self, expr: Parser.Symbol, input: Any, environment: Jsonata.Frame) -> Any:  # noqa: A002
        """A path; a plain one without the library if that is possible."""
        plain = self._plain_paths.get(expr)
        if plain is not None and self._depth < MAX_JSONATA_DEPTH:
            value = environment.lookup(plain.variable) if plain.variable else input
            for name in plain.names:
                if not isinstance(value, dict):
                    break
                value = value.get(name)
                if value is None:
                    return None
            else:
                if not isinstance(value, Utils.JList):
                    return value
        return super().evaluate_path(expr, input, environment)

    def apply_inner(self, proc: Any, args: Any, input: Any, environment: Any) -> Any:  # noqa: A002
        """A call; of what is no function, an error rather than a line on the terminal."""
        if not (Utils.is_function(proc) or Functions.is_lambda(proc) or Functions.is_regex(proc)):
            raise JException("T1006", -1)
        return super().apply_inner(proc, args, input, environment)

    def evaluate_numeric_expression(self, lhs: Any, rhs: Any, op: str) -> Any:
        """Arithmetic as JavaScript does it: 1/0 is Infinity, and 5.5 % 2 is 1.5."""
        if lhs is not None and not is_number(lhs):
            raise JException("T2001", -1, op, lhs)
        if rhs is not None and not is_number(rhs):
            raise JException("T2002", -1, op, rhs)
        if lhs is None or rhs is None:
            return None
        result = _ARITHMETIC[op](float(lhs), float(rhs))
        return int(result) if result.is_integer() else result

    def evaluate_includes_expression(self, lhs: Any, rhs: Any) -> Any:
        """`in`: to Python, 1 would be in [true]."""
        if lhs is None or rhs is None:
            return False
        return any(same(each, lhs) for each in (rhs if isinstance(rhs, list) else [rhs]))


def _size(value: str | list[Any]) -> int:
    if isinstance(value, str):
        return len(value)
    # The library counts one too many in a range that is not written out yet.
    return (len(value) - isinstance(value, Utils.RangeList)) * _BYTES_PER_ELEMENT


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    return math.copysign(math.inf, left) * math.copysign(1, right) if left else math.nan


def _remainder(left: float, right: float) -> float:
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


_ARITHMETIC: Final = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": _remainder,
}
