"""Comparisons of strings, numbers, booleans and timestamps."""

from __future__ import annotations

from typing import Any

from windsock.languages.asl.choices.registry import is_boolean, is_text, operator, order
from windsock.languages.asl.timestamps import parse_timestamp
from windsock.languages.asl.values import is_number


def _instant(value: Any) -> int | None:
    return parse_timestamp(value) if isinstance(value, str) else None


order("String", is_text, lambda value: value if is_text(value) else None)
order("Numeric", is_number, lambda value: value if is_number(value) else None)
order("Timestamp", lambda value: _instant(value) is not None, _instant)


@operator("BooleanEquals", takes=is_boolean)
def boolean_equals(value: Any, other: Any) -> bool:
    """Both are true, or both are false."""
    return is_boolean(value) and value is other
