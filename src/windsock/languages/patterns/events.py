"""Reading events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.languages.patterns.errors import InvalidEvent


def decode(event: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The event as a dictionary. Raises InvalidEvent for what is not a JSON object."""
    if isinstance(event, (bytes, str)):
        try:
            decoded = orjson.loads(event)
        except orjson.JSONDecodeError as fault:
            raise InvalidEvent(f"The event is not JSON: {fault}") from None
        if not isinstance(decoded, dict):
            raise InvalidEvent("The event is not a JSON object")
        return decoded
    return event if isinstance(event, dict) else dict(event)
