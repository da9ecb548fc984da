"""The scalars that patterns compare.

A JSON scalar is kept as Python parses it (`str`, `int`, `float`, None) except for the booleans: Python holds
`True == 1`, JSON does not, so `true` and `false` become the singletons TRUE and FALSE. Numbers compare by
value, whatever their spelling: 300, 300.0 and 3.0e2 are one number.
"""

from __future__ import annotations

import json
import math
from typing import Final, TypeAlias

_SMALLEST_EXACT = -(2**63)
_LARGEST_EXACT = 2**64 - 1


class Constant:
    """A value that is equal to nothing but itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


TRUE: Final = Constant("true")
FALSE: Final = Constant("false")
MISSING: Final = Constant("missing")
"""What a field that the event does not have is tested as."""

Scalar: TypeAlias = str | int | float | Constant | None


def boolean(value: bool) -> Constant:
    """TRUE or FALSE."""
    return TRUE if value else FALSE


def number(value: float) -> int | float:
    """The number that a parser of events would produce for this one.

    Integers wider than 64 bits become floats, as orjson reads them. Raises OverflowError for what no double
    holds.
    """
    if isinstance(value, int):
        return value if _SMALLEST_EXACT <= value <= _LARGEST_EXACT else float(value)
    if not math.isfinite(value):
        raise OverflowError(f"{value} is not a finite number")
    return value


def scalar(value: object) -> Scalar:
    """The comparable form of a parsed JSON scalar. Raises TypeError for anything else."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def plain(value: Scalar) -> str | int | float | bool | None:
    """The inverse of `scalar`: a value that a JSON encoder takes."""
    return value is TRUE if isinstance(value, Constant) else value


def to_json(value: object) -> str:
    """Compact JSON text of a scalar or of a pattern's value, for people to read."""
    return json.dumps(value, ensure_ascii=False, default=lambda constant: constant is TRUE)
