"""Where intrinsic functions make themselves known, and how they say that an argument is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.values import is_number

Body = Callable[..., Any]
"""Takes the values of the arguments (and, if it wants that, the environment first)."""


class WrongArgument(ValueError):
    """An argument that the function cannot take; the message says why."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its name without `States.`, and how many arguments it takes.

    `wants_environment` functions get it in front of the arguments. `reads_escapes` ones get their literal
    strings as written, with the backslashes.
    """

    name: str
    body: Body
    least: int
    most: int
    wants_environment: bool
    reads_escapes: bool

    def call(self, values: list[Any], environment: Environment) -> Any:
        """The result for the values of the arguments. Raises WrongArgument."""
        return self.body(environment, *values) if self.wants_environment else self.body(*values)


FUNCTIONS: Final[dict[str, Function]] = {}
ANY_NUMBER: Final = 1_000_000


def intrinsic(
    name: str,
    least: int,
    most: int | None = None,
    *,
    wants_environment: bool = False,
    reads_escapes: bool = False,
) -> Callable[[Body], Body]:
    """Register the body of `States.<name>`, which takes `least` to `most` arguments."""

    def register(body: Body) -> Body:
        FUNCTIONS[name] = Function(
            name, body, least, least if most is None else most, wants_environment, reads_escapes
        )
        return body

    return register


def an_array(value: Any) -> list[Any]:
    """The argument, which must be an array."""
    if not isinstance(value, list):
        raise WrongArgument("an array is needed")
    return value


def a_string(value: Any, most: int | None = None) -> str:
    """The argument, which must be a string of at most so many characters."""
    if not isinstance(value, str):
        raise WrongArgument("a string is needed")
    if most is not None and len(value) > most:
        raise WrongArgument(f"a string of at most {most} characters is needed")
    return value


def an_integer(value: Any) -> int:
    """The argument, which must be a number; AWS rounds it, halves upwards as Java does."""
    if not is_number(value) or not math.isfinite(value):
        raise WrongArgument("an integer is needed")
    return value if isinstance(value, int) else math.floor(value + 0.5)
