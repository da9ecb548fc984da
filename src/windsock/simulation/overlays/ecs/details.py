"""What ECS tells of its resources, as its events have it: times as texts, no members without a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from windsock.kernel.clock import iso_milliseconds, to_ms


def as_detail(described: Mapping[str, Any], without: frozenset[str]) -> dict[str, Any]:
    """The detail that tells of a resource as it is described, but for some members."""
    detail: dict[str, Any] = _written(
        {name: value for name, value in described.items() if name not in without}
    )
    return detail


def _written(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _written(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_written(each) for each in value]
    return iso_milliseconds(to_ms(value)) if isinstance(value, datetime) else value
