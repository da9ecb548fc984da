"""RDS: events with their ids, values that are pending, storage that runs out."""
