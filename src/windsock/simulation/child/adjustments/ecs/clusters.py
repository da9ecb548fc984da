"""Clusters: what they count is what is there, and one that is used is not deleted.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ecs.models import Cluster, EC2ContainerServiceBackend

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.ecs.state import (
    Backend,
    Params,
    backend_of,
    cluster_named,
    registered_in,
    tasks_of,
)
from windsock.simulation.child.execute import execute

_create_cluster = EC2ContainerServiceBackend.create_cluster


def apply() -> None:
    """Change moto's classes."""
    EC2ContainerServiceBackend.create_cluster = _created
    Cluster.registered_container_instances_count = _count(
        lambda backend, cluster: len(registered_in(backend, cluster))
    )
    Cluster.running_tasks_count = _count(
        lambda backend, cluster: sum(task.last_status == "RUNNING" for task in tasks_of(backend, cluster))
    )
    Cluster.pending_tasks_count = _count(
        lambda backend, cluster: sum(
            task.last_status in {"PROVISIONING", "PENDING"} for task in tasks_of(backend, cluster)
        )
    )
    Cluster.active_services_count = _count(
        lambda backend, cluster: sum(
            service.cluster_name == cluster.name and service.status == "ACTIVE"
            for service in backend.services.values()
        )
    )


def _count(counted: Callable[[Backend, Cluster], int]) -> property:
    """A count that is made when it is asked for; what moto notes is not heeded."""

    def get(cluster: Cluster) -> int:
        account = cluster.arn.split(":")[4]
        return counted(backend_of(account, cluster.region_name), cluster)

    return property(get, lambda cluster, value: None)


def _created(backend: Backend, cluster_name: str, *args: Any, **kwargs: Any) -> Cluster:
    """As moto's, but that one that is there already stays as it is."""
    there = backend.clusters.get(cluster_name)
    if there is not None and there.status == "ACTIVE":
        return there
    return _create_cluster(backend, cluster_name, *args, **kwargs)


@change("DeleteCluster")
def delete_cluster(account: str, region: str, params: Params) -> Any:
    """Delete a cluster that is empty."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params["cluster"])
    if registered_in(backend, cluster):
        raise AwsError(
            "The Cluster cannot be deleted while Container Instances are active or draining.",
            code="ClusterContainsContainerInstancesException",
        )
    if cluster.active_services_count:
        raise AwsError(
            "The Cluster cannot be deleted while Services are active.",
            code="ClusterContainsServicesException",
        )
    if cluster.running_tasks_count or cluster.pending_tasks_count:
        raise AwsError(
            "The Cluster cannot be deleted while Tasks are active.", code="ClusterContainsTasksException"
        )
    return execute("ecs", "DeleteCluster", params, account, region)
