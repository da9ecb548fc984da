"""Why a message passed a filter policy, or did not: field by field."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.languages.filters.sns.compiler import Field
from windsock.languages.filters.sns.matchers import Absent, Scalar
from windsock.languages.values import to_json


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """What a policy wants of one field and what the message has there, both as JSON texts."""

    path: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    matched: bool


def verdict(path: str, field: Field, values: list[Scalar]) -> FieldVerdict:
    """Judge one field by itself: whether some value there is wanted, or none is there and that is wanted."""
    matched = any(matcher.accepts(value) for matcher in field.matchers for value in values)
    if not values:
        matched = any(isinstance(matcher, Absent) for matcher in field.matchers)
    wanted = tuple(matcher.describe() for matcher in field.matchers)
    return FieldVerdict(path, wanted, tuple(_spelt(value) for value in values), matched)


def _spelt(value: Scalar) -> str:
    return to_json(value) if isinstance(value, str | bool | None) else str(value)
