"""The instant from which on a group's events have not expired."""

from __future__ import annotations

from windsock.services.logs.limits import DAY_MS
from windsock.store.statements import Row


def kept_since(retention_days: int | None, now_ms: int) -> int:
    """The timestamp of the oldest event that is still kept; 0 where events are kept for ever."""
    return 0 if retention_days is None else now_ms - retention_days * DAY_MS


def first_kept(group: Row, params_start_ms: int | None, now_ms: int) -> int:
    """The earliest timestamp a reader may see of a group, who asked for none before `params_start_ms`."""
    return max(params_start_ms or 0, kept_since(group.retention_days, now_ms))
