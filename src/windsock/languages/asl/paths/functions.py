"""The functions that a path may end in: `$.items.length()`, `$.prices.max()`.

Source: "Functions" in the README of https://github.com/json-path/JsonPath
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.values import MISSING, is_number

Argument = Callable[[Any], Any]
"""Gives the value of an argument, from what the path's `$` is."""

_Body = Callable[..., Any]
_FUNCTIONS: Final[dict[str, tuple[_Body, int]]] = {}
_ANY: Final = 1_000


@dataclass(frozen=True, slots=True)
class PathFunction:
    """A call at the end of a path."""

    body: _Body
    arguments: tuple[Argument, ...]

    @classmethod
    def named(cls, name: str, arguments: Sequence[Argument]) -> PathFunction:
        """DefinitionError when there is no such function."""
        if name not in _FUNCTIONS:
            raise DefinitionError(f"Function with name: {name} does not exist.")
        body, most = _FUNCTIONS[name]
        if len(arguments) > most:
            raise DefinitionError(f"{name}() takes {most or 'no'} arguments.")
        return cls(body, tuple(arguments))

    def of(self, value: Any, root: Any) -> Any:
        """The result for what the path led to; MISSING when the function gives nothing."""
        return self.body(value, *[argument(root) for argument in self.arguments])


def _function(*, arguments: int = 0) -> Callable[[_Body], _Body]:
    """Register a path function under its own name; it takes at most so many arguments."""

    def register(body: _Body) -> _Body:
        _FUNCTIONS[body.__name__.rstrip("_")] = (body, arguments)
        return body

    return register


@_function()
def length(value: Any) -> Any:
    """How many an array or object holds; null for anything else."""
    return len(value) if isinstance(value, list | dict) else None


@_function()
def keys(value: Any) -> Any:
    """The names in an object."""
    return list(value) if isinstance(value, dict) else MISSING


@_function()
def first(value: Any) -> Any:
    """The first element of an array."""
    return index(value, 0)


@_function()
def last(value: Any) -> Any:
    """The last element of an array."""
    return index(value, -1)


@_function(arguments=1)
def index(value: Any, position: Any = 0) -> Any:
    """An element of an array; a negative position counts from the end."""
    if not isinstance(value, list) or not isinstance(position, int):
        return MISSING
    return value[position] if -len(value) <= position < len(value) else MISSING


@_function(arguments=_ANY)
def append(value: Any, *more: Any) -> Any:
    """The array with more at its end."""
    return [*value, *more] if isinstance(value, list) else MISSING


@_function(arguments=_ANY)
def concat(value: Any, *more: Any) -> Any:
    """The strings in an array, and more of them, as one."""
    strings = [*value, *more] if isinstance(value, list) else more
    return "".join([each for each in strings if isinstance(each, str)])


@_function(arguments=_ANY)
def sum_(value: Any, *more: Any) -> Any:
    """The numbers in an array, added."""
    return _aggregate(math.fsum, value, more)


@_function(arguments=_ANY)
def min_(value: Any, *more: Any) -> Any:
    """The least number in an array."""
    return _aggregate(min, value, more)


@_function(arguments=_ANY)
def max_(value: Any, *more: Any) -> Any:
    """The greatest number in an array."""
    return _aggregate(max, value, more)


@_function(arguments=_ANY)
def avg(value: Any, *more: Any) -> Any:
    """The mean of the numbers in an array."""
    return _aggregate(statistics.fmean, value, more)


@_function(arguments=_ANY)
def stddev(value: Any, *more: Any) -> Any:
    """The standard deviation of the numbers in an array, taken as all there are."""
    return _aggregate(statistics.pstdev, value, more)


def _aggregate(calculate: Callable[[list[float]], float], value: Any, more: Sequence[Any]) -> Any:
    """A float, whatever the numbers are; MISSING when there are none, or the result is too large."""
    candidates = [*value, *more] if isinstance(value, list) else more
    try:
        numbers = [float(each) for each in candidates if is_number(each)]
        result = calculate(numbers) if numbers else math.nan
    except OverflowError:
        return MISSING
    return result if math.isfinite(result) else MISSING
