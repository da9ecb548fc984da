"""The events of clusters that simulated ones have.

Source: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html
"""

from __future__ import annotations

from typing import Final, NamedTuple


class EventKind(NamedTuple):
    """`number` is that of REDSHIFT-EVENT-2000; `message` has the places of values in braces."""

    number: int
    category: str
    message: str

    @property
    def id(self) -> str:
        """As Redshift writes it."""
        return f"REDSHIFT-EVENT-{self.number}"


SOURCE_TYPE: Final = "cluster"
SEVERITY: Final = "INFO"  # nothing fails here

EVENT_KINDS: Final = {
    "created": EventKind(2000, "management", "Cluster {cluster} created at {time}."),
    "deleted": EventKind(2001, "management", "Cluster {cluster} deleted at {time}."),
    "maintained": EventKind(2003, "management", "Maintenance started on cluster {cluster} at {time}."),
    "maintenance over": EventKind(
        2004, "management", "Maintenance on cluster {cluster} completed at {time}."
    ),
    "resizing": EventKind(
        2006,
        "management",
        "Cluster {cluster} resize started at {time}. Cluster is in read-only mode.",
    ),
    "resize requested": EventKind(
        2007, "management", "A resize request for cluster {cluster} has been acknowledged."
    ),
    "renamed": EventKind(2013, "management", "Cluster renamed to {cluster} at {time}."),
    "resized": EventKind(
        3002,
        "monitoring",
        "Cluster {cluster} resize completed at {time}. Cluster is available for both reads and writes.",
    ),
    "credentials": EventKind(4000, "security", "Master credentials updated for cluster {cluster} at {time}."),
}
