"""What PutRule looks at before it takes a pattern or a schedule."""

from __future__ import annotations

from typing import Any

import orjson

from windsock.kernel.errors import ValidationError
from windsock.languages.patterns import InvalidPattern
from windsock.languages.patterns import parse as parse_pattern
from windsock.languages.schedules import InvalidSchedule
from windsock.languages.schedules import parse as parse_schedule
from windsock.services.events.errors import InvalidEventPattern
from windsock.services.events.limits import EVENT_PATTERN_CHARACTERS
from windsock.services.events.names import DEFAULT_BUS


def check_pattern(pattern: str, rule: str) -> None:
    """Raise InvalidEventPattern, or ValidationError when the pattern is longer than the quota."""
    if len(pattern) > EVENT_PATTERN_CHARACTERS:
        raise ValidationError(
            f"Parameter EventPattern for rule {rule} exceeds limit of {EVENT_PATTERN_CHARACTERS}."
        )
    check_pattern_syntax(pattern)


def check_pattern_syntax(pattern: str) -> None:
    """Raise InvalidEventPattern for a text that is no pattern."""
    try:
        parse_pattern(pattern)
    except InvalidPattern as error:
        raise InvalidEventPattern(str(error)) from error


def check_schedule(expression: str, bus: str) -> None:
    """Raise ValidationError for an expression that is none, or one on a custom bus."""
    if bus != DEFAULT_BUS:
        raise ValidationError("ScheduleExpression is supported only on the default event bus.")
    try:
        parse_schedule(expression)
    except InvalidSchedule as error:
        raise ValidationError("Parameter ScheduleExpression is not valid.") from error


def has_wildcard(pattern: str) -> bool:
    """Whether a valid pattern (JSON text) uses the wildcard operator, also inside anything-but."""
    return '"wildcard"' in pattern and _uses_wildcard(orjson.loads(pattern), in_array=False)


def _uses_wildcard(value: Any, *, in_array: bool) -> bool:
    if isinstance(value, list):
        return any(_uses_wildcard(each, in_array=True) for each in value)
    if not isinstance(value, dict):
        return False
    return (in_array and "wildcard" in value) or any(
        _uses_wildcard(each, in_array=in_array) for each in value.values()
    )
