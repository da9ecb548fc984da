"""The constraints of one shape, each with its test and AWS's words for it.

Source: https://smithy.io/2.0/spec/constraint-traits.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.engine.model_patterns import compile_pattern

if TYPE_CHECKING:
    from botocore.model import Shape

_NUMBERS = ("integer", "long", "float", "double")


@dataclass(frozen=True, slots=True)
class Constraint:
    """`holds` tells whether a value satisfies it, `text` is what AWS says where it does not."""

    text: str
    holds: Callable[[Any], bool]


def constraints_of(
    shape: Shape, enum_order: tuple[str, ...] | None = None, *, any_case: bool = False
) -> tuple[Constraint, ...]:
    """The constraints of a scalar shape, in the order in which AWS reports them.

    `enum_order` is how AWS lists the values of an enum, where that is not the model's order; with
    `any_case` a value of an upper-case enum is taken in any case.
    """
    return (*_pattern(shape), *size_constraints(shape), *_enum(shape, enum_order, any_case=any_case))


def size_constraints(shape: Shape) -> tuple[Constraint, ...]:
    """The least and greatest value of a number, or length of anything else."""
    if shape.type_name in _NUMBERS:
        return tuple(_bounds(shape, "value", lambda value: value))
    return tuple(_bounds(shape, "length", len))


def _bounds(shape: Shape, noun: str, measure: Callable[[Any], Any]) -> Iterator[Constraint]:
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    if most is not None:
        yield Constraint(
            f"Member must have {noun} less than or equal to {_number(most)}",
            lambda value: bool(measure(value) <= most),
        )
    if least is not None:
        yield Constraint(
            f"Member must have {noun} greater than or equal to {_number(least)}",
            lambda value: bool(measure(value) >= least),
        )


def _number(bound: float) -> str:
    return str(int(bound)) if float(bound).is_integer() else str(bound)


def _pattern(shape: Shape) -> Iterator[Constraint]:
    pattern = shape.metadata.get("pattern")
    compiled = compile_pattern(pattern) if pattern else None
    if compiled is not None:
        matches = compiled.fullmatch
        yield Constraint(
            f"Member must satisfy regular expression pattern: {pattern}",
            lambda value: matches(value) is not None,
        )


def _enum(shape: Shape, order: tuple[str, ...] | None, *, any_case: bool) -> Iterator[Constraint]:
    modelled: list[str] = shape.metadata.get("enum", [])
    if shape.type_name == "string" and modelled:
        values = frozenset(modelled)
        listed = [value for value in order or () if value in values]
        listed += [value for value in modelled if value not in listed]
        yield Constraint(
            f"Member must satisfy enum value set: [{', '.join(listed)}]",
            (lambda value: value.upper() in values) if any_case else (lambda value: value in values),
        )
