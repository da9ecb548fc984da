"""Snapshots complete later, those of a copy have no volume, and they are those of the owners asked for.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.observed import happened
from windsock.simulation.overlays.ec2.limits import SNAPSHOT_SECONDS

_NO_VOLUME: Final = "vol-ffffffff"

_make_snapshot, _copy_snapshot, _create_snapshots = (
    Snapshot.__init__,
    EBSBackend.copy_snapshot,
    EBSBackend.create_snapshots,
)


def apply() -> None:
    """Change moto's classes."""
    Snapshot.__init__ = _snapshot_made
    Snapshot.progress = property(_progress)
    EBSBackend.copy_snapshot = _copied
    EBSBackend.create_snapshots = _made_together
    ElasticBlockStore.describe_snapshots = _describe_snapshots


def _snapshot_made(snapshot: Snapshot, *args: Any, **kwargs: Any) -> None:
    """Those of images are there with them; all others take their time."""
    _make_snapshot(snapshot, *args, **kwargs)
    snapshot.copy_of = None
    snapshot.together = ()
    if snapshot.from_ami is None:
        snapshot.status = "pending"
        backend = snapshot.ec2_backend
        happened("ec2.snapshot-begun", backend.account_id, backend.region_name, snapshot=snapshot.id)


def _progress(snapshot: Snapshot) -> str:
    if snapshot.status == "completed":
        return "100%"
    passed = (utcnow() - snapshot.start_time).total_seconds()
    return f"{min(99, int(passed * 100 / SNAPSHOT_SECONDS))}%"


class _NoVolume:
    """The volume of a copy: none that anybody has.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (`VolumeId`)
    """

    def __init__(self, size: int) -> None:
        self.id = _NO_VOLUME
        self.size = size


def _copied(
    backend: EBSBackend, source_snapshot_id: str, source_region: str, *args: Any, **kw: Any
) -> Snapshot:
    snapshot = _copy_snapshot(backend, source_snapshot_id, source_region, *args, **kw)
    snapshot.volume = _NoVolume(snapshot.volume.size)
    snapshot.copy_of = (source_region, source_snapshot_id)
    return snapshot


def _made_together(backend: EBSBackend, *args: Any, **kwargs: Any) -> list[Snapshot]:
    snapshots: list[Snapshot] = _create_snapshots(backend, *args, **kwargs)
    for snapshot in snapshots:
        snapshot.together = tuple(each.id for each in snapshots)
    return snapshots


@change("CompleteSnapshot")
def complete_snapshot(account: str, region: str, params: dict[str, Any]) -> None:
    """A snapshot that is still there is complete."""
    backend = ec2_backends[account][region]
    snapshot = backend.snapshots.get(params["snapshot"])
    if snapshot is None or snapshot.status == "completed":
        return
    snapshot.status = "completed"
    if snapshot.together:
        _tell_of_all(backend, snapshot)
        return
    source_region, source = snapshot.copy_of or (region, "")
    happened(
        "ec2.snapshot-completed",
        account,
        region,
        snapshot=snapshot.id,
        event="copySnapshot" if snapshot.copy_of else "createSnapshot",
        source=f"snapshot/{source}" if source else f"volume/{snapshot.volume_id}",
        source_region=source_region,
        started_ms=_ms(snapshot),
    )


def _tell_of_all(backend: Any, last: Snapshot) -> None:
    snapshots = [backend.snapshots[each] for each in last.together if each in backend.snapshots]
    if all(each.status == "completed" for each in snapshots):
        told = [{"snapshot": each.id, "volume": each.volume_id} for each in snapshots]
        happened(
            "ec2.snapshots-completed",
            backend.account_id,
            backend.region_name,
            snapshots=told,
            started_ms=_ms(last),
        )


def _ms(snapshot: Snapshot) -> int:
    return int(snapshot.start_time.timestamp() * 1000)


def _describe_snapshots(response: ElasticBlockStore) -> ActionResult:
    """As moto's, but that it heeds the owners that are asked for."""
    snapshots = response.ec2_backend.describe_snapshots(
        snapshot_ids=response._get_param("SnapshotIds", []), filters=response._filters_from_querystring()
    )
    wanted = response._get_param("OwnerIds", [])
    if wanted:
        owners = {response.current_account if owner == "self" else owner for owner in wanted}
        snapshots = [each for each in snapshots if each.owner_id in owners]
    return ActionResult({"Snapshots": snapshots})
