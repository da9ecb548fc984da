"""Functions on numbers."""

from __future__ import annotations

import random
from typing import Any, Final

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.intrinsics.registry import WrongArgument, an_integer, intrinsic

_LEAST: Final = -(2**31)
_MOST: Final = 2**31 - 1


@intrinsic("MathRandom", 2, 3, wants_environment=True)
def math_random(environment: Environment, start: Any, end: Any, *seed: Any) -> Any:
    """An integer from `start` up to but not including `end`; the same seed gives the same one."""
    start, end = an_integer(start), an_integer(end)
    if start >= end:
        raise WrongArgument("the end must be greater than the start")
    chance = an_integer(seed[0]) if seed else environment.entropy(16)
    return random.Random(chance).randrange(start, end)  # noqa: S311 -- nothing depends on its being secret


@intrinsic("MathAdd", 2)
def math_add(first: Any, second: Any) -> Any:
    """The sum of two integers."""
    first, second = an_integer(first), an_integer(second)
    for value in (first, second, first + second):
        if not _LEAST <= value <= _MOST:
            raise WrongArgument(f"an integer from {_LEAST} to {_MOST} is needed")
    return first + second
