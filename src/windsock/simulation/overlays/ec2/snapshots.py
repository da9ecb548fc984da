"""Snapshots: each completes in its time, and that is announced; of several made at once, that all did.

Whoever a snapshot is shared with is told. EBS writes the ARNs in its events with an empty region, and the
region where others have the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_seconds
from windsock.kernel.scope import Scope
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.ec2.limits import SNAPSHOT_SECONDS
from windsock.store.transaction import Transaction


@on("ec2.snapshot-begun")
def snapshot_begun(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A snapshot was begun, or a copy of one."""
    snapshot = happening.facts["snapshot"]
    change = Change("ec2", "CompleteSnapshot", {"snapshot": snapshot}, happening.cause)
    change_later(engine, tx, happening.scope, change, key=f"snapshot/{snapshot}", seconds=SNAPSHOT_SECONDS)


@on("ec2.snapshot-completed")
def snapshot_completed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A snapshot that was made alone is complete."""
    facts, region = happening.facts, happening.scope.region
    snapshot = _arn(region, f"snapshot/{facts['snapshot']}")
    detail = {
        "event": facts["event"],
        "result": "succeeded",
        "cause": "",
        "request-id": "",
        "snapshot_id": snapshot,
        "source": _arn(facts["source_region"], facts["source"]),
        **_times(engine, facts),
    }
    if facts["event"] == "copySnapshot":
        detail |= {"incremental": "true", "transferType": "standard"}
    event = PlatformEvent("aws.ec2", "EBS Snapshot Notification", detail, [snapshot])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)


@on("ec2:ModifySnapshotAttribute")
def snapshot_shared(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A snapshot was shared with other accounts, each of which is told; nobody is when it is public."""
    params, scope = happening.call.params, happening.scope
    if params.get("OperationType", "add") != "add":
        return
    permissions = params.get("CreateVolumePermission", {}).get("Add", ())
    accounts = [*params.get("UserIds", ()), *(each["UserId"] for each in permissions if "UserId" in each)]
    snapshot = _arn(scope.region, f"snapshot/{params['SnapshotId']}")
    now = iso_seconds(engine.clock.now_ms())
    detail = {
        "event": "shareSnapshot",
        "result": "succeeded",
        "cause": "",
        "request-id": "",
        "snapshot_id": snapshot,
        "source": scope.account,
        "startTime": now,
        "endTime": now,
    }
    for account in accounts:
        event = PlatformEvent("aws.ec2", "EBS Snapshot Notification", detail, [snapshot])
        announce(engine, tx, Scope(account, scope.region), [event], cause=happening.cause)


@on("ec2.snapshots-completed")
def snapshots_completed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """All snapshots of an instance's volumes that were made together are complete."""
    facts, region = happening.facts, happening.scope.region
    snapshots = [
        {
            "snapshot_id": _arn(region, f"snapshot/{each['snapshot']}"),
            "source": _arn(region, f"volume/{each['volume']}"),
            "status": "completed",
        }
        for each in facts["snapshots"]
    ]
    detail = {
        "event": "createSnapshots",
        "result": "succeeded",
        "cause": "",
        "request-id": "",
        **_times(engine, facts),
        "snapshots": snapshots,
    }
    resources = [each["snapshot_id"] for each in snapshots]
    event = PlatformEvent("aws.ec2", "EBS Multi-Volume Snapshots Completion Status", detail, resources)
    announce(engine, tx, happening.scope, [event], cause=happening.cause)


def _arn(region: str, resource: str) -> str:
    return f"arn:aws:ec2::{region}:{resource}"


def _times(engine: Engine, facts: Mapping[str, Any]) -> dict[str, str]:
    now_ms = engine.clock.now_ms()
    return {"startTime": iso_seconds(facts["started_ms"]), "endTime": iso_seconds(now_ms)}
