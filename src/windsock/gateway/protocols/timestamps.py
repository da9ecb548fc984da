"""Timestamps in the three formats of the AWS protocols: iso8601, rfc822 and unixTimestamp.

Source: https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from windsock.kernel.errors import SerializationError

Moment = datetime | int | float


def parse_timestamp(value: object) -> datetime:
    """An aware UTC datetime from a number (epoch seconds) or text in any of the formats.

    AWS's front ends read each other's formats, so no format is asked for. Raises SerializationError.
    """
    try:
        if isinstance(value, datetime):
            return _aware(value)
        if isinstance(value, str):
            return _parse_text(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError, IndexError, TypeError) as error:
        raise SerializationError(f"{value} can not be converted to a Timestamp") from error
    raise SerializationError(f"{type(value).__name__} can not be converted to a Timestamp")


def format_iso8601(moment: Moment) -> str:
    """`2017-01-02T03:04:05Z`, with a fraction only where there is one."""
    when = to_datetime(moment)
    text = when.strftime("%Y-%m-%dT%H:%M:%S") if when.year >= 1000 else when.isoformat()[:19]
    if not when.microsecond:
        return text + "Z"
    if when.microsecond % 1000:
        return f"{text}.{when.microsecond:06d}Z"
    return f"{text}.{when.microsecond // 1000:03d}Z"


def format_iso8601_milliseconds(moment: Moment) -> str:
    """`2017-01-02T03:04:05.000Z`: three digits always, as S3 and EC2 write them."""
    text = format_iso8601(moment)
    return text if "." in text else f"{text[:-1]}.000Z"


def format_rfc822(moment: Moment) -> str:
    """`Mon, 02 Jan 2017 03:04:05 GMT`; whole seconds."""
    return format_datetime(to_datetime(moment).replace(microsecond=0), usegmt=True)


def format_epoch(moment: Moment) -> int | float:
    """Seconds since 1970: an integer where there is no fraction."""
    seconds = to_datetime(moment).timestamp() if isinstance(moment, datetime) else moment
    return int(seconds) if math.floor(seconds) == seconds else seconds


def format_epoch_text(moment: Moment) -> str:
    """`format_epoch` as text, for headers, paths and XML."""
    return str(format_epoch(moment))


TEXT_FORMATS: dict[str, Callable[[Moment], str]] = {
    "iso8601": format_iso8601,
    "rfc822": format_rfc822,
    "unixtimestamp": format_epoch_text,
}


def to_datetime(moment: Moment) -> datetime:
    """An aware UTC datetime from a datetime (a naive one is UTC) or epoch seconds."""
    return _aware(moment) if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)


def _aware(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _parse_text(text: str) -> datetime:
    text = text.strip()
    if text[:3].isalpha():
        return _aware(parsedate_to_datetime(text))
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        return _aware(datetime.fromisoformat(text))
