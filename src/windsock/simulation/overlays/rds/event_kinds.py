"""The events of RDS that simulated databases have, by moto's names and by names like them.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
"""

from __future__ import annotations

from typing import Final, NamedTuple


class EventKind(NamedTuple):
    """`number` is that of RDS-EVENT-0005; `message` has the places of values in braces."""

    number: int
    category: str
    message: str

    @property
    def id(self) -> str:
        """As RDS writes it."""
        return f"RDS-EVENT-{self.number:04}"


_LOW: Final = (
    "The free storage capacity for DB instance: {instance} is low at {percent}% of the provisioned storage "
    "[Provisioned Storage: {size} GB, Free Storage: {free} GB]. You may want to increase the provisioned "
    "storage to address this issue."
)

EVENT_KINDS: Final = {
    "DB_INSTANCE_BACKUP_START": EventKind(1, "backup", "Backing up DB instance"),
    "DB_INSTANCE_BACKUP_FINISH": EventKind(2, "backup", "Finished DB instance backup"),
    "DB_INSTANCE_DELETE": EventKind(3, "deletion", "DB instance deleted"),
    "DB_INSTANCE_CREATE": EventKind(5, "creation", "DB instance created"),
    "DB_INSTANCE_RESTART": EventKind(6, "availability", "DB instance restarted"),
    "DB_INSTANCE_STORAGE_EXHAUSTED": EventKind(7, "low storage", "Allocated storage has been exhausted"),
    "DB_INSTANCE_CLASS_APPLYING": EventKind(
        13, "configuration change", "Applying modification to database instance class"
    ),
    "DB_INSTANCE_CLASS_APPLIED": EventKind(
        14, "configuration change", "Finished applying modification to DB instance class"
    ),
    "DB_INSTANCE_RESET_MASTER_CREDENTIALS": EventKind(16, "configuration change", "Reset master credentials"),
    "DB_INSTANCE_STORAGE_APPLIED": EventKind(
        17, "configuration change", "Finished applying modification to allocated storage"
    ),
    "DB_INSTANCE_STORAGE_APPLYING": EventKind(
        18, "configuration change", "Applying modification to allocated storage"
    ),
    "DB_SNAPSHOT_CREATE_MANUAL_START": EventKind(40, "creation", "Creating manual snapshot"),
    "DB_SNAPSHOT_CREATE_MANUAL_FINISH": EventKind(42, "creation", "Manual snapshot created"),
    "DB_INSTANCE_STOP": EventKind(87, "notification", "DB instance stopped"),
    "DB_INSTANCE_START": EventKind(88, "notification", "DB instance started"),
    "DB_INSTANCE_STORAGE_LOW": EventKind(89, "low storage", _LOW),
    "DB_SNAPSHOT_CREATE_AUTOMATED_START": EventKind(90, "creation", "Creating automated snapshot"),
    "DB_SNAPSHOT_CREATE_AUTOMATED_FINISH": EventKind(91, "creation", "Automated snapshot created"),
}
