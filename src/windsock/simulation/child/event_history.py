"""The events of a service that moto keeps none of, as DescribeEvents of ElastiCache and DMS has them.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html and
https://docs.aws.amazon.com/dms/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.base_backend import BaseBackend
from moto.core.utils import utcnow

from windsock.simulation.child.limits import EVENTS_AT_ONCE, EVENTS_KEPT_DAYS, EVENTS_OF_MINUTES

_EVENTS: Final = "windsock_events"


def note(backend: BaseBackend, source_type: str, source: str, message: str, **members: Any) -> None:
    """Something happened just now to a `source`."""
    events = vars(backend).setdefault(_EVENTS, [])
    now = utcnow()
    events[:] = [each for each in events if each["Date"] >= now - timedelta(days=EVENTS_KEPT_DAYS)]
    event = {"SourceIdentifier": source, "SourceType": source_type, "Message": message, "Date": now}
    events.append({**event, **members})


def find(backend: BaseBackend, params: dict[str, Any]) -> dict[str, Any]:
    """The answer of DescribeEvents: those of the last hour unless another time is asked for."""
    now = utcnow()
    begin = params.get("StartTime") or now - timedelta(minutes=params.get("Duration", EVENTS_OF_MINUTES))
    end = params.get("EndTime") or now
    events = [
        each
        for each in vars(backend).get(_EVENTS, [])
        if _naive(begin) <= each["Date"] <= _naive(end)
        and all(params.get(name, each[name]) == each[name] for name in ("SourceIdentifier", "SourceType"))
        and set(params.get("EventCategories") or each.get("EventCategories", ("",)))
        & set(each.get("EventCategories", ("",)))
    ]
    first, most = int(params.get("Marker", 0)), params.get("MaxRecords", EVENTS_AT_ONCE)
    more = {"Marker": str(first + most)} if len(events) > first + most else {}
    return {"Events": events[first : first + most], **more}


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
