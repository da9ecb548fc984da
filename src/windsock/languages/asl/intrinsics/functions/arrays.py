"""Functions on arrays."""

from __future__ import annotations

from typing import Any

from windsock.languages.asl.intrinsics.registry import (
    ANY_NUMBER,
    WrongArgument,
    an_array,
    an_integer,
    intrinsic,
)
from windsock.languages.asl.limits import MAX_ARRAY_RANGE
from windsock.languages.asl.values import contains, unique


@intrinsic("Array", 0, ANY_NUMBER)
def array(*values: Any) -> Any:
    """An array of the arguments."""
    return list(values)


@intrinsic("ArrayPartition", 2)
def array_partition(values: Any, size: Any) -> Any:
    """The array in chunks of `size`; the last may be smaller."""
    values, size = an_array(values), an_integer(size)
    if size < 1:
        raise WrongArgument("the chunk size must be positive")
    return [values[start : start + size] for start in range(0, len(values), size)]


@intrinsic("ArrayContains", 2)
def array_contains(values: Any, value: Any) -> Any:
    """Whether the value is in the array."""
    return contains(an_array(values), value)


@intrinsic("ArrayRange", 3)
def array_range(first: Any, last: Any, step: Any) -> Any:
    """The numbers from `first` to `last`, which may be among them, a step apart."""
    first, last, step = an_integer(first), an_integer(last), an_integer(step)
    if step == 0:
        raise WrongArgument("the increment must not be zero")
    numbers = range(first, last + (1 if step > 0 else -1), step)
    if len(numbers) > MAX_ARRAY_RANGE:
        raise WrongArgument(f"the array would have more than {MAX_ARRAY_RANGE} elements")
    return list(numbers)


@intrinsic("ArrayGetItem", 2)
def array_get_item(values: Any, index: Any) -> Any:
    """The element at the index, which counts from 0."""
    values, index = an_array(values), an_integer(index)
    if not 0 <= index < len(values):
        raise WrongArgument(f"there is no element {index} in an array of {len(values)}")
    return values[index]


@intrinsic("ArrayLength", 1)
def array_length(values: Any) -> Any:
    """How many elements there are."""
    return len(an_array(values))


@intrinsic("ArrayUnique", 1)
def array_unique(values: Any) -> Any:
    """The array without what was in it before."""
    return unique(an_array(values))
