"""Clusters: created, resized and maintained, each in its time, with events.

Sources: https://docs.aws.amazon.com/redshift/latest/mgmt/resizing-cluster.html and
https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeResize.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.utils import utcnow
from moto.redshift.models import Cluster, RedshiftBackend, redshift_backends

from windsock.kernel.errors import AwsError
from windsock.simulation.child import event_history
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.redshift.subscriptions import topics_for
from windsock.simulation.child.observed import happened
from windsock.simulation.overlays.redshift.event_kinds import EVENT_KINDS, SEVERITY, SOURCE_TYPE

Params = dict[str, Any]

_SIZES: Final = ("node_type", "number_of_nodes")

_create, _modify, _delete = (
    RedshiftBackend.create_cluster,
    RedshiftBackend.modify_cluster,
    RedshiftBackend.delete_cluster,
)


def apply() -> None:
    """Change moto's classes."""
    RedshiftBackend.create_cluster = _created
    RedshiftBackend.modify_cluster = _modified
    RedshiftBackend.delete_cluster = _deleted


@change("DescribeResize")
def describe_resize(account: str, region: str, params: Params) -> Params:
    """The latest resize of a cluster."""
    cluster = _cluster(account, region, params["ClusterIdentifier"])
    if "resize" not in vars(cluster):
        raise AwsError(
            "A resize operation for the specified cluster is not found.", code="ResizeNotFound", status=404
        )
    resize = cluster.resize
    nodes = resize["number_of_nodes"]
    return {
        "TargetNodeType": resize["node_type"],
        "TargetNumberOfNodes": nodes,
        "TargetClusterType": "multi-node" if nodes > 1 else "single-node",
        "Status": "IN_PROGRESS" if cluster.status == "resizing" else "SUCCEEDED",
        "ResizeType": "ClassicResize",
    }


@change("DescribeEvents")
def describe_events(account: str, region: str, params: Params) -> Params:
    """The events of clusters."""
    return event_history.find(redshift_backends[account][region], params)


@change("FinishCreation")
def finish_creation(account: str, region: str, params: Params) -> None:
    """A cluster is available."""
    cluster = _find(account, region, params["cluster"])
    if cluster is not None and cluster.status == "creating":
        cluster.status = "available"
        _tell(cluster, "created")


@change("FinishResize")
def finish_resize(account: str, region: str, params: Params) -> None:
    """A cluster has the nodes that were asked for."""
    cluster = _find(account, region, params["cluster"])
    if cluster is not None and cluster.status == "resizing":
        vars(cluster).update(cluster.resize)
        cluster.status = "available"
        _tell(cluster, "resized")


@change("BeginMaintenance")
def begin_maintenance(account: str, region: str, params: Params) -> None:
    """A cluster's window is open."""
    cluster = _find(account, region, params["cluster"])
    if cluster is not None:
        _begin(cluster, "BeginMaintenance")  # of the next week
        _begin(cluster, "FinishMaintenance")
        _tell(cluster, "maintained")


@change("FinishMaintenance")
def finish_maintenance(account: str, region: str, params: Params) -> None:
    """A cluster was maintained."""
    cluster = _find(account, region, params["cluster"])
    if cluster is not None:
        _tell(cluster, "maintenance over")


def _created(backend: RedshiftBackend, **settings: Any) -> Cluster:
    cluster = _create(backend, **settings)
    cluster.status = "creating"
    _begin(cluster, "FinishCreation")
    _set_window(cluster)
    return cluster


def _modified(backend: RedshiftBackend, **settings: Any) -> Cluster:
    """As moto's, but that other nodes are there only after a resize."""
    cluster = _cluster(backend.account_id, backend.region_name, settings["cluster_identifier"])
    now = {name: getattr(cluster, name) for name in _SIZES}
    wanted = {name: settings.get(name, value) for name, value in now.items()}
    if settings.get("cluster_type") == "single-node":
        wanted["number_of_nodes"] = 1
    renamed = "new_cluster_identifier" in settings
    if wanted != now or renamed:
        _refuse_unless_available(cluster)
    vars(cluster)["renamed"] = renamed
    modified = _modify(backend, **settings)
    vars(cluster).update(now, renamed=False)
    if wanted != now:
        cluster.resize, cluster.status = wanted, "resizing"
        _tell(cluster, "resize requested")
        _tell(cluster, "resizing")
        _begin(cluster, "FinishResize")
    if renamed:
        _tell(cluster, "renamed")
    if renamed or "preferred_maintenance_window" in settings:
        _set_window(cluster)
    if "master_user_password" in settings:
        _tell(cluster, "credentials")
    return modified


def _refuse_unless_available(cluster: Cluster) -> None:
    if cluster.status != "available":
        raise AwsError(
            "There is an operation running on the Cluster. Please try to modify it at a later time.",
            code="InvalidClusterState",
        )


def _deleted(backend: RedshiftBackend, **settings: Any) -> Cluster:
    """As moto's, which also deletes a cluster to give it another name."""
    cluster = _delete(backend, **settings)
    if not vars(cluster).get("renamed"):
        _tell(cluster, "deleted")
    return cluster


def _set_window(cluster: Cluster) -> None:
    window = cluster.preferred_maintenance_window
    _happened("redshift.window", cluster, window=window)


def _begin(cluster: Cluster, name: str) -> None:
    _happened("redshift.begun", cluster, change=name)


def _tell(cluster: Cluster, event: str) -> None:
    backend, name = cluster.redshift_backend, cluster.cluster_identifier
    kind = EVENT_KINDS[event]
    message = kind.message.format(cluster=name, time=f"{utcnow():%Y-%m-%d %H:%M} UTC")
    event_history.note(
        backend,
        SOURCE_TYPE,
        name,
        message,
        EventCategories=[kind.category],
        Severity=SEVERITY,
        EventId=kind.id,
    )
    topics = topics_for(backend.account_id, backend.region_name, name, kind.category)
    _happened("redshift.event", cluster, id=kind.id, category=kind.category, message=message, topics=topics)


def _happened(name: str, cluster: Cluster, **facts: Any) -> None:
    backend = cluster.redshift_backend
    happened(name, backend.account_id, backend.region_name, cluster=cluster.cluster_identifier, **facts)


def _find(account: str, region: str, name: str) -> Cluster | None:
    return redshift_backends[account][region].clusters.get(name)


def _cluster(account: str, region: str, name: str) -> Cluster:
    cluster = _find(account, region, name)
    if cluster is None:
        raise AwsError(f"Cluster {name} not found.", code="ClusterNotFound", status=404)
    return cluster
