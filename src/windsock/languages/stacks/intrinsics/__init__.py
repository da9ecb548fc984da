"""The intrinsic functions: one file each in `functions`, found by itself.

A function's body is given an `Evaluation` and its argument as it is written, and evaluates what it needs of
that: so `Fn::If` leaves the branch that is not taken alone.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from windsock.kernel.discovery import mark, marked

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

Body = Callable[["Evaluation", Any], Any]
B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True)
class IntrinsicMarker:
    """Set on a function by `intrinsic`."""

    name: str


def intrinsic(name: str) -> Callable[[B], B]:
    """Register a body as the function of that full name, such as `Fn::Join`."""

    def register(body: B) -> B:
        mark(body, IntrinsicMarker(name))
        return body

    return register


@functools.cache
def bodies() -> Mapping[str, Body]:
    """Every function by its full name."""
    package = f"{__name__}.functions"
    return {marker.name: body for marker, body in marked(package, IntrinsicMarker)}


def function_of(value: Any) -> str | None:
    """The function that a value calls: that whose name is its one member; None for any other value."""
    if isinstance(value, dict) and len(value) == 1:
        (name,) = value
        if name in bodies() or name.startswith("Fn::"):
            return str(name)
    return None
