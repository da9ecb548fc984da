"""Checks that attributes of topics and subscriptions share.

A check raises BadAttribute with what AWS says; whether "Attributes Reason: " stands before that
depends on the operation, so the operations turn it into their InvalidParameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from windsock.services.sns.errors import InvalidParameter


class BadAttribute(Exception):
    """The value of an attribute is not allowed; the text says why in AWS's words."""


@contextmanager
def told_as(prefix: str) -> Iterator[None]:
    """Turn BadAttribute into InvalidParameter, with `prefix` before its text."""
    try:
        yield
    except BadAttribute as error:
        raise InvalidParameter(f"{prefix}{error}") from error


def boolean(name: str, value: str) -> str:
    """`true` or `false`, however it was spelled."""
    lower = value.lower()
    if lower not in ("true", "false"):
        raise BadAttribute(f"{name}: Invalid value [{value}]. Must be true or false.")
    return lower


def json_object(name: str, text: str) -> dict[str, Any]:
    """The JSON object in `text`."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadAttribute(f"{name}: failed to parse JSON.") from error
    if not isinstance(value, dict):
        raise BadAttribute(f"{name}: must be a JSON object")
    return value
