"""Null: the field is there and its value is null. A missing field and the string "null" are something
else."""

from windsock.languages.patterns.conditions import Condition
from windsock.languages.patterns.operators.exact import equality
from windsock.languages.patterns.registry import literal


@literal(type(None))
def null(_: object) -> Condition:
    """Equality with null."""
    return equality(None)
