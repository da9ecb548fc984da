"""Event history keeps 90 days.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
"""

from __future__ import annotations

from windsock.engine.retention import Retention
from windsock.engine.timers import timer_kind
from windsock.services.cloudtrail.limits import HISTORY_DAYS
from windsock.services.cloudtrail.tables import events, resources


@timer_kind
class HistoryRetention(Retention):
    """Removes old events and what they were about."""

    name = "cloudtrail.retention"
    tables = (events, resources)
    keep_ms = HISTORY_DAYS * 86_400_000


HISTORY_RETENTION = HistoryRetention()
