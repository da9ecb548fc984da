"""Bodies in files on their way through moto, which would read them into memory: a few bytes stand for each.

There are at most those of the present call.
"""

from __future__ import annotations

import os
from typing import Any

from windsock.kernel.file_bodies import FileBody

_PREFIX = b"windsock-body-"

_bodies: dict[bytes, FileBody] = {}


def stand_in_for(body: FileBody) -> bytes:
    """Bytes to send in place of a body; nobody else can know them."""
    _bodies.clear()
    stand_in = _PREFIX + os.urandom(16).hex().encode()
    _bodies[stand_in] = body
    return stand_in


def body_of(value: Any) -> FileBody | None:
    """The body that a value is, or stands for; None for any other value."""
    if isinstance(value, FileBody):
        return value
    return _bodies.get(value) if isinstance(value, bytes) and value.startswith(_PREFIX) else None
