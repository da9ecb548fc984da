"""Identifiers: unguessable ones for the outside, sortable ones for rows.

A sortable id is the millisecond it was made at and a counter, in fixed-width hex: rows that
are written together stay together in the index, and ids of one process never repeat.
"""

from __future__ import annotations

import itertools
import os
import secrets
import string

_ALPHANUMERIC = string.ascii_uppercase + string.digits
_LOWER_HEX = "0123456789abcdef"
# RFC 9562: the two highest bits of the digit are 10, the other two stay as they were drawn.
_UUID_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in _LOWER_HEX}


def uuid4() -> str:
    """A random UUID in its usual 36-character form, as request and message ids are."""
    return _uuid(os.urandom(16).hex())


def ordered_uuid(now_ms: int) -> str:
    """A UUID that looks like any other but sorts by time, as event ids are.

    An index over them grows at its end. Over random ones it is written to all over: with a million events
    in the journal, every one would cost a page that is not in memory.
    """
    return _uuid(f"{now_ms:012x}{os.urandom(10).hex()}")


def _uuid(digits: str) -> str:
    variant = _UUID_VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def token(length: int) -> str:
    """`length` random lower-case hexadecimal characters."""
    return "".join(secrets.choice(_LOWER_HEX) for _ in range(length))


def upper(length: int) -> str:
    """`length` random upper-case letters and digits, as CloudFormation's and IAM's ids."""
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(length))


def trace_header(now_ms: int) -> str:
    """The trace that a call begins, as X-Ray's header tells of it; nobody samples it.

    Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
    """
    return f"Root=1-{now_ms // 1000:08x}-{token(24)};Parent={token(16)};Sampled=0"


class SortableIds:
    """Makes ids that sort by the time they were made: 12 hex of milliseconds, 8 of counter, 8 of node.

    The node part is drawn at random once a process, so that ids of two nodes cannot meet.
    """

    def __init__(self) -> None:
        self._node = secrets.token_hex(4)
        self._count = itertools.count()
        self._latest = 0

    def start_after(self, sortable_id: str) -> None:
        """Make only ids greater than one that was made before, even if the clock was set back."""
        self._latest = max(self._latest, int(sortable_id[:12], 16) + 1)

    def new(self, now_ms: int) -> str:
        """A new id, greater than any before it, for something that happens at `now_ms`."""
        self._latest = max(self._latest, now_ms)
        return f"{self._latest:012x}{next(self._count) & 0xFFFFFFFF:08x}{self._node}"
