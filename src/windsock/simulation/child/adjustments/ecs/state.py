"""Clusters as moto keeps them, with their container instances and tasks, which are windsock's own.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Types.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from moto.core.utils import utcnow
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, TaskDefinition, ecs_backends
from moto.moto_api._internal import mock_random

from windsock.simulation.child.adjustments.ecs.errors import ClusterNotFound
from windsock.simulation.child.adjustments.ecs.resources import Resources

Backend: TypeAlias = EC2ContainerServiceBackend
Params: TypeAlias = dict[str, Any]

# How long stopped tasks and deregistered instances can still be described: at AWS for an hour at least.
KEPT: Final = timedelta(hours=1)

# Who is told when instances or tasks of a cluster changed.
FOLLOWERS: Final[list[Callable[[Backend, Cluster], None]]] = []


@dataclass(slots=True, eq=False)
class ContainerInstance:
    """An EC2 instance that is registered in a cluster. `version` grows with each change."""

    container_instance_arn: str
    cluster: Cluster
    ec2_instance_id: str
    registered: Resources
    remaining: Resources
    attributes: dict[str, str | None]
    version_info: dict[str, str]
    tags: list[dict[str, str]]
    agent_connected: bool = True
    status: str = "ACTIVE"
    version: int = 1
    registered_at: datetime = field(default_factory=utcnow)
    deregistered_at: datetime | None = None


@dataclass(slots=True)
class Container:
    """A container of a task."""

    arn: str
    name: str
    image: str
    digest: str | None
    runtime_id: str
    cpu: int
    memory: int | None
    memory_reservation: int | None
    bindings: list[dict[str, Any]]


@dataclass(slots=True, eq=False)
class Task:
    """A task: where it runs (None: on Fargate), what it needs there, and where it is on its way."""

    task_arn: str
    cluster: Cluster
    cluster_arn: str
    definition: TaskDefinition
    instance: ContainerInstance | None
    needed: Resources
    launch_type: str
    group: str
    started_by: str
    overrides: dict[str, Any]
    tags: list[dict[str, str]]
    containers: list[Container]
    attachments: list[dict[str, Any]]
    availability_zone: str | None
    capacity_provider: str | None
    platform_version: str | None
    last_status: str
    desired_status: str = "RUNNING"
    stop_code: str | None = None
    stopped_reason: str | None = None
    times: dict[str, datetime] = field(default_factory=dict)
    version: int = 1

    @property
    def counts(self) -> bool:
        """Whether it runs or will."""
        return self.desired_status == "RUNNING"


def backend_of(account: str, region: str) -> Backend:
    """moto's state of ECS in an account and region."""
    return ecs_backends[account][region]


def cluster_named(backend: Backend, name: str | None) -> Cluster:
    """The cluster of that name or ARN, `default` if none is named. Raises ClusterNotFound."""
    cluster = backend.clusters.get((name or "default").rpartition("/")[2])
    if cluster is None:
        raise ClusterNotFound("Cluster not found.")
    if cluster.status == "INACTIVE":
        raise ClusterNotFound("The referenced cluster was inactive.")
    return cluster


def instances_of(backend: Backend, cluster: Cluster) -> list[ContainerInstance]:
    """The container instances of a cluster, those that were deregistered too."""
    return list(backend.container_instances.get(cluster.name, {}).values())


def registered_in(backend: Backend, cluster: Cluster) -> list[ContainerInstance]:
    """The container instances of a cluster that are registered."""
    return [each for each in instances_of(backend, cluster) if each.status != "INACTIVE"]


def tasks_of(backend: Backend, cluster: Cluster) -> list[Task]:
    """The tasks of a cluster, those that were stopped too, oldest first."""
    return list(backend.tasks.get(cluster.name, {}).values())


def tasks_on(backend: Backend, instance: ContainerInstance) -> Iterator[Task]:
    """The tasks that an instance runs, or has not yet let go of."""
    for task in tasks_of(backend, instance.cluster):
        if task.instance is instance and task.last_status != "STOPPED":
            yield task


def forget_old(backend: Backend, cluster: Cluster) -> None:
    """What was stopped or deregistered some time ago can be described no more."""
    until = utcnow() - KEPT
    tasks, instances = backend.tasks.get(cluster.name, {}), backend.container_instances.get(cluster.name, {})
    for arn in [arn for arn, task in tasks.items() if _was_before(task.times.get("stoppedAt"), until)]:
        del tasks[arn]
    for identity in [name for name, each in instances.items() if _was_before(each.deregistered_at, until)]:
        del instances[identity]


def _was_before(moment: datetime | None, until: datetime) -> bool:
    return moment is not None and moment < until


def new_id() -> str:
    """An id as ECS gives to tasks and container instances."""
    made: str = mock_random.uuid4().hex
    return made


def arn_of(backend: Backend, resource: str) -> str:
    """The ARN of a resource of ECS."""
    return f"arn:{backend.partition}:ecs:{backend.region_name}:{backend.account_id}:{resource}"


def cluster_changed(backend: Backend, cluster: Cluster) -> None:
    """Tell the followers."""
    for follow in FOLLOWERS:
        follow(backend, cluster)
