"""Ids of Organizations: a letter, a dash, and letters and digits drawn at random."""

from __future__ import annotations

from windsock.kernel.ids import upper


def new_id(prefix: str, length: int) -> str:
    """A new id, such as `o-` with ten letters and digits."""
    return f"{prefix}-{upper(length).lower()}"
