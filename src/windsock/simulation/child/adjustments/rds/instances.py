"""Instances: what is modified waits for its window, and storage that runs out is told.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.rds.models import DBInstance, RDSBackend, rds_backends

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.rds.events import add_event
from windsock.simulation.child.observed import happened
from windsock.simulation.overlays.rds.limits import EXHAUSTED_BYTES, LOW_STORAGE_PERCENT

# The settings that wait, with their names in PendingModifiedValues; the others are in force at once.
_WAITING: Final = {
    "allocated_storage": "AllocatedStorage",
    "db_instance_class": "DBInstanceClass",
    "engine_version": "EngineVersion",
    "iops": "Iops",
    "license_model": "LicenseModel",
    "multi_az": "MultiAZ",
    "storage_throughput": "StorageThroughput",
    "storage_type": "StorageType",
}
_TOLD: Final = {"allocated_storage": "DB_INSTANCE_STORAGE", "db_instance_class": "DB_INSTANCE_CLASS"}
_GIB: Final = 1024**3

_modify_at_once = RDSBackend.modify_db_instance
_back_up = DBInstance.save_automated_backup


def apply() -> None:
    """Change moto's classes."""
    RDSBackend.modify_db_instance = _modify
    DBInstance.save_automated_backup = _save_automated_backup
    DBInstance.pending_modified_values = property(_pending_values)


@change("ApplyPending")
def apply_pending(account: str, region: str, params: dict[str, Any]) -> None:
    """The maintenance window has begun."""
    backend = rds_backends[account][region]
    database = backend.databases.get(params["instance"])
    if database is not None:
        _bring_into_force(backend, database, vars(database).pop("pending", {}))


@change("ReportFreeStorage")
def report_free_storage(account: str, region: str, params: dict[str, Any]) -> None:
    """An instance measured how many bytes are `free`; each shortage is told when it begins."""
    backend = rds_backends[account][region]
    database = backend.databases.get(params["instance"])
    if database is None or not database.allocated_storage:
        return
    free, size = float(params["free"]), int(database.allocated_storage)
    percent = free * 100 / (size * _GIB)
    name = "" if percent >= LOW_STORAGE_PERCENT else "DB_INSTANCE_STORAGE_LOW"
    if free < EXHAUSTED_BYTES:
        name = "DB_INSTANCE_STORAGE_EXHAUSTED"
    if name and name != vars(database).get("shortage"):
        values = {"instance": database.resource_id, "percent": round(percent), "size": size}
        add_event(backend, name, database, **values, free=f"{free / _GIB:.2f}")
    vars(database)["shortage"] = name


def _modify(backend: RDSBackend, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> DBInstance:
    database = backend.describe_db_instances(db_instance_identifier)[0]
    wanted = {name: db_kwargs.pop(name) for name in _WAITING if db_kwargs.get(name) is not None}
    changed = {name: value for name, value in wanted.items() if value != getattr(database, name, None)}
    database = _modify_at_once(backend, db_instance_identifier, db_kwargs)
    pending = {**vars(database).pop("pending", {}), **changed}
    if db_kwargs.get("apply_immediately"):
        _bring_into_force(backend, database, pending)
    elif pending:
        vars(database)["pending"] = pending
        window = database.preferred_maintenance_window
        happened(
            "rds.pending",
            backend.account_id,
            backend.region_name,
            instance=database.resource_id,
            window=window,
        )
    return database


def _save_automated_backup(database: DBInstance) -> None:
    if int(database.backup_retention_period or 0):
        _back_up(database)


def _bring_into_force(backend: RDSBackend, database: DBInstance, values: Mapping[str, Any]) -> None:
    kinds = [_TOLD[name] for name in values if name in _TOLD]
    for kind in kinds:
        add_event(backend, f"{kind}_APPLYING", database)
    database.update(**values)
    for kind in kinds:
        add_event(backend, f"{kind}_APPLIED", database)


def _pending_values(database: DBInstance) -> dict[str, Any]:
    return {_WAITING[name]: value for name, value in vars(database).get("pending", {}).items()}
