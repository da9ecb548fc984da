"""ElastiCache: clusters that are created, deleted and given nodes in their time, with events.

Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.Viewing.html and
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html
"""

from __future__ import annotations

import copy
from typing import Any, Final

from moto.elasticache.models import CacheCluster, ElastiCacheBackend, elasticache_backends
from moto.elasticache.responses import ElastiCacheResponse

from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.simulation.child import event_history
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.observed import happened
from windsock.simulation.overlays.elasticache.limits import NODES

# What of a cluster changes at once, by the parameters of ModifyCacheCluster.
_AT_ONCE: Final = {
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "NotificationTopicArn": "notification_topic_arn",
    "NotificationTopicStatus": "notification_topic_status",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
}
_OTHERS: Final = ("CacheClusterId", "NumCacheNodes", "CacheNodeIdsToRemove", "ApplyImmediately", *_AT_ONCE)
_DEFAULT_WINDOW: Final = "sun:05:00-sun:06:00"

_create, _delete = ElastiCacheBackend.create_cache_cluster, ElastiCacheBackend.delete_cache_cluster
_describe = ElastiCacheResponse.describe_cache_clusters


def apply() -> None:
    """Change moto's classes."""
    ElastiCacheBackend.create_cache_cluster = _created
    ElastiCacheBackend.delete_cache_cluster = _deleted
    ElastiCacheResponse.describe_cache_clusters = _described
    CacheCluster.notification_configuration = property(_notification_configuration)
    CacheCluster.pending_modified_values = property(_pending)


@change("ModifyCacheCluster")
def modify_cache_cluster(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Change settings at once, and the number of nodes now or in the maintenance window."""
    unknown = sorted(params.keys() - set(_OTHERS))
    if unknown:
        raise NotImplementedOperation("elasticache", f"ModifyCacheCluster with {', '.join(unknown)}")
    cluster = _cluster(account, region, params["CacheClusterId"])
    if cluster.cache_cluster_status != "available":
        raise AwsError(
            f"Cache cluster {cluster.cache_cluster_id} is not in available state.",
            code="InvalidCacheClusterState",
        )
    wanted = params.get("NumCacheNodes", cluster.num_cache_nodes)
    gone = params.get("CacheNodeIdsToRemove") or []
    _check_nodes(cluster, wanted, gone)
    for parameter, attribute in _AT_ONCE.items():
        if parameter in params:
            setattr(cluster, attribute, params[parameter])
    if wanted != cluster.num_cache_nodes:
        immediately = params.get("ApplyImmediately", False)
        vars(cluster)["pending_nodes"] = wanted
        if immediately:
            cluster.cache_cluster_status = "modifying"
        window = "" if immediately else cluster.preferred_maintenance_window or _DEFAULT_WINDOW
        _begin(account, region, cluster, "ChangeNodes", window, nodes=wanted, gone=gone)
    return {"CacheCluster": _told(cluster)}


@change("DescribeEvents")
def describe_events(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """The events of clusters."""
    return event_history.find(elasticache_backends[account][region], params)


@change("FinishCreation")
def finish_creation(account: str, region: str, params: dict[str, Any]) -> None:
    """A cluster is available."""
    cluster = elasticache_backends[account][region].cache_clusters.get(params["cluster"])
    if cluster is not None and cluster.cache_cluster_status == "creating":
        cluster.cache_cluster_status = "available"
        _tell(account, region, cluster, "Cache cluster created", "CacheClusterProvisioningComplete")


@change("FinishDeletion")
def finish_deletion(account: str, region: str, params: dict[str, Any]) -> None:
    """A cluster is gone."""
    cluster = elasticache_backends[account][region].cache_clusters.pop(params["cluster"], None)
    if cluster is not None:
        _tell(account, region, cluster, "Cache cluster deleted", "DeleteCacheClusterComplete")


@change("ChangeNodes")
def change_nodes(account: str, region: str, params: dict[str, Any]) -> None:
    """A cluster has as many nodes as was asked for."""
    cluster = elasticache_backends[account][region].cache_clusters.get(params["cluster"])
    if cluster is None or cluster.cache_cluster_status == "deleting":
        return
    vars(cluster).pop("pending_nodes", None)
    cluster.cache_cluster_status = "available"
    before = _node_ids(cluster)
    kept = [node for node in before if node not in params["gone"]]
    number = int(before[-1])
    new = [f"{number + count:04}" for count in range(1, params["nodes"] - len(kept) + 1)]
    vars(cluster)["node_ids"] = [*kept, *new]
    cluster.num_cache_nodes = params["nodes"]
    zone = cluster.preferred_availability_zone or f"{region}a"
    for node in new:
        _note(account, region, cluster, f"Added cache node {node} in availability zone {zone}")
    for node in before:
        if node not in kept:
            _note(account, region, cluster, f"Removed cache node {node} in availability zone {zone}")
    event = "AddCacheNodeComplete" if new else "RemoveCacheNodeComplete"
    message = f"Finished modifying number of nodes from {len(before)} to {params['nodes']}"
    _tell(account, region, cluster, message, event)


def _check_nodes(cluster: CacheCluster, wanted: int, gone: list[str]) -> None:
    if not 1 <= wanted <= (NODES if cluster.engine == "memcached" else 1):
        raise AwsError(
            f"The number of cache nodes {wanted} is not valid for a cluster of {cluster.engine}.",
            code="InvalidParameterValue",
        )
    removed = max(cluster.num_cache_nodes - wanted, 0)
    if len(gone) != removed or not set(gone) <= set(_node_ids(cluster)):
        raise AwsError(
            f"CacheNodeIdsToRemove must name {removed} nodes of the cluster.",
            code="InvalidParameterCombination",
        )


def _created(backend: ElastiCacheBackend, **settings: Any) -> CacheCluster:
    cluster = _create(backend, **settings)
    cluster.cache_cluster_status = "creating"
    _begin(backend.account_id, backend.region_name, cluster, "FinishCreation")
    return cluster


def _deleted(backend: ElastiCacheBackend, cache_cluster_id: str) -> CacheCluster:
    cluster = _delete(backend, cache_cluster_id)
    _begin(backend.account_id, backend.region_name, cluster, "FinishDeletion")
    return cluster


def _begin(
    account: str, region: str, cluster: CacheCluster, what: str, window: str = "", **params: Any
) -> None:
    name = cluster.cache_cluster_id
    happened("elasticache.begun", account, region, cluster=name, change=what, window=window, params=params)


def _tell(account: str, region: str, cluster: CacheCluster, message: str, event: str) -> None:
    _note(account, region, cluster, message)
    topic = cluster.notification_topic_arn
    if topic and vars(cluster).get("notification_topic_status") != "inactive":
        name = cluster.cache_cluster_id
        happened("elasticache.notification", account, region, cluster=name, event=event, topic=topic)


def _note(account: str, region: str, cluster: CacheCluster, message: str) -> None:
    backend = elasticache_backends[account][region]
    event_history.note(backend, "cache-cluster", cluster.cache_cluster_id, message)


def _cluster(account: str, region: str, name: str) -> CacheCluster:
    cluster = elasticache_backends[account][region].cache_clusters.get(name)
    if cluster is None:
        raise AwsError(f"CacheCluster not found: {name}", code="CacheClusterNotFound", status=404)
    return cluster


def _described(response: ElastiCacheResponse) -> Any:
    """As moto's; each cluster with its nodes, if they are asked for."""
    answer = _describe(response)
    if response._get_bool_param("ShowCacheNodeInfo"):
        clusters = answer.result["CacheClusters"]
        answer.result["CacheClusters"] = [_with_nodes(cluster) for cluster in clusters]
    return answer


def _with_nodes(cluster: CacheCluster) -> CacheCluster:
    shown = copy.copy(cluster)
    vars(shown)["cache_nodes"] = _nodes(cluster)
    return shown


def _node_ids(cluster: CacheCluster) -> list[str]:
    ids: list[str] = vars(cluster).get("node_ids") or [
        f"{number + 1:04}" for number in range(cluster.num_cache_nodes)
    ]
    return ids


def _nodes(cluster: CacheCluster) -> list[dict[str, Any]]:
    region = cluster.arn.split(":")[3]
    name = f"{cluster.cache_cluster_id}.windsock"
    return [
        {
            "CacheNodeId": node,
            "CacheNodeStatus": "available",
            "CacheNodeCreateTime": cluster.cache_cluster_create_time,
            "Endpoint": {"Address": f"{name}.{node}.{region}.cache.amazonaws.com", "Port": cluster.port},
            "ParameterGroupStatus": "in-sync",
        }
        for node in _node_ids(cluster)
    ]


def _notification_configuration(cluster: CacheCluster) -> dict[str, str] | None:
    status = vars(cluster).get("notification_topic_status", "active")
    topic = cluster.notification_topic_arn
    return {"TopicArn": topic, "TopicStatus": status} if topic else None


def _pending(cluster: CacheCluster) -> dict[str, int]:
    pending = vars(cluster).get("pending_nodes")
    return {} if pending is None else {"NumCacheNodes": pending}


def _told(cluster: CacheCluster) -> dict[str, Any]:
    told = {
        "CacheClusterId": cluster.cache_cluster_id,
        "CacheNodeType": cluster.cache_node_type,
        "Engine": cluster.engine,
        "EngineVersion": cluster.engine_version,
        "CacheClusterStatus": cluster.cache_cluster_status,
        "NumCacheNodes": cluster.num_cache_nodes,
        "CacheClusterCreateTime": cluster.cache_cluster_create_time,
        "PreferredMaintenanceWindow": cluster.preferred_maintenance_window,
        "PendingModifiedValues": _pending(cluster),
        "NotificationConfiguration": _notification_configuration(cluster),
        "AutoMinorVersionUpgrade": cluster.auto_minor_version_upgrade,
        "SnapshotRetentionLimit": cluster.snapshot_retention_limit,
        "ARN": cluster.arn,
    }
    return {name: value for name, value in told.items() if value is not None}
