"""Filter patterns as the operations take them."""

from __future__ import annotations

from windsock.languages.filters import InvalidFilter, LogFilter
from windsock.services.logs.errors import InvalidParameter


def parse_pattern(text: str) -> LogFilter:
    """The filter a pattern describes. Raises InvalidParameter."""
    try:
        return LogFilter.parse(text)
    except InvalidFilter as error:
        raise InvalidParameter(str(error)) from error
