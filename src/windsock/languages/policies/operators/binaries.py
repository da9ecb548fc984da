"""`BinaryEquals`: the same bytes, both sides in base64."""

from __future__ import annotations

import base64
import binascii

from windsock.languages.policies.registry import Compare, never, operator
from windsock.languages.policies.texts import Text


@operator("BinaryEquals", variables=False)
def binary_equals(wanted: Text) -> Compare:
    """The same bytes."""
    expected = _decoded(wanted.plain)
    if expected is None:
        return never
    return lambda value: _decoded(value) == expected


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
