"""The events of replication tasks.

Source: https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html and
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_EventBridge.html
"""

from __future__ import annotations

from typing import Final, NamedTuple


class EventKind(NamedTuple):
    """`number` is that of DMS-EVENT-0069; categories are named differently to subscribers and on the bus."""

    number: int
    category: str
    category_on_bus: str
    message: str


EVENT_KINDS: Final = {
    "REPLICATION_TASK_CREATED": EventKind(74, "creation", "Creation", "Replication task has been created."),
    "REPLICATION_TASK_STARTED": EventKind(69, "state change", "StateChange", "Replication task has started."),
    "REPLICATION_TASK_STOPPED": EventKind(79, "state change", "StateChange", "Replication task has stopped."),
    "REPLICATION_TASK_FAILED": EventKind(78, "failure", "Failure", "Replication task has failed."),
    "REPLICATION_TASK_DELETED": EventKind(73, "deletion", "Deletion", "Replication task has been deleted."),
}
