"""Tasks: each comes into its states one after the other; what it needs of its instance is taken meanwhile.

No process runs, so a task runs until it is stopped, and its containers have no exit codes.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_private_ip
from moto.ecs.models import Cluster, TaskDefinition
from moto.moto_api._internal import mock_random

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.ecs.container_instances import let_go, take
from windsock.simulation.child.adjustments.ecs.containers import (
    bind_ports,
    containers_of,
    resources_needed,
)
from windsock.simulation.child.adjustments.ecs.state import (
    Backend,
    ContainerInstance,
    Params,
    Task,
    arn_of,
    backend_of,
    cluster_changed,
    forget_old,
    new_id,
    tasks_on,
)
from windsock.simulation.child.observed import happened

_AWSVPC: Final = "awsvpc"
# The states that pass by themselves into which others; those with an interface of their own take more.
_STARTING: Final = {"PROVISIONING": "PENDING", "PENDING": "RUNNING"}
_STOPPING: Final = {"RUNNING": "STOPPING", "PENDING": "STOPPING", "STOPPING": "STOPPED"}
_STOPPING_AWSVPC: Final = {
    "PROVISIONING": "DEPROVISIONING",
    "PENDING": "DEPROVISIONING",
    "RUNNING": "DEACTIVATING",
    "DEACTIVATING": "STOPPING",
    "STOPPING": "DEPROVISIONING",
    "DEPROVISIONING": "STOPPED",
}
_TIMES: Final = {
    "PENDING": ("connectivityAt",),
    "RUNNING": ("pullStartedAt", "pullStoppedAt", "startedAt"),
    "STOPPED": ("executionStoppedAt", "stoppedAt"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """How a task is started, but for where."""

    definition: TaskDefinition
    launch_type: str = "EC2"
    group: str = ""
    started_by: str = ""
    overrides: Mapping[str, Any] | None = None
    tags: tuple[dict[str, str], ...] = ()
    network: Mapping[str, Any] | None = None
    capacity_provider: str | None = None
    platform_version: str | None = None


def start(backend: Backend, cluster: Cluster, how: Start, instance: ContainerInstance | None) -> Task:
    """A new task on an instance, or on Fargate. Raises InvalidParameter for overrides that fit not."""
    overrides, identity = dict(how.overrides or {}), new_id()
    needed = resources_needed(how.definition, overrides)
    names = {each["name"] for each in overrides.get("containerOverrides") or ()}
    unchanged = [
        {"name": each["name"]} for each in how.definition.container_definitions if each["name"] not in names
    ]
    overrides["containerOverrides"] = [*(overrides.get("containerOverrides") or ()), *unchanged]
    own_interface = how.definition.network_mode == _AWSVPC
    state = "PROVISIONING" if own_interface else "PENDING"
    interface = _interface(backend, how.network) if own_interface and how.network else None
    task = Task(
        task_arn=arn_of(backend, f"task/{cluster.name}/{identity}"),
        cluster=cluster,
        cluster_arn=cluster.arn,
        definition=how.definition,
        instance=instance,
        needed=needed,
        launch_type=how.launch_type,
        group=how.group or f"family:{how.definition.family}",
        started_by=how.started_by,
        overrides=overrides,
        tags=list(how.tags),
        containers=containers_of(backend, how.definition, overrides, identity, cluster.name, instance),
        attachments=[interface] if interface else [],
        availability_zone=_zone(backend, instance, how.network),
        capacity_provider=how.capacity_provider,
        platform_version=how.platform_version,
        last_status=state,
        times=dict.fromkeys(("createdAt", *_TIMES.get(state, ())), utcnow()),
    )
    forget_old(backend, cluster)
    backend.tasks.setdefault(cluster.name, {})[task.task_arn] = task
    if instance is not None:
        take(backend, instance, needed)
    _tell(backend, task)
    return task


def stop(backend: Backend, task: Task, code: str, reason: str) -> None:
    """Have a task stopped, which takes its time."""
    if task.desired_status == "STOPPED":
        return
    task.desired_status, task.stop_code, task.stopped_reason = "STOPPED", code, reason
    task.times["stoppingAt"] = utcnow()
    task.version += 1
    _tell(backend, task)


def host_gone(backend: Backend, task: Task, what: str) -> None:
    """The instance that a task is on was stopped or terminated, and the task with it."""
    if task.instance is not None and task.stop_code is None:
        task.stop_code = "TerminationNotice"
        task.stopped_reason = f"Host EC2 (instance {task.instance.ec2_instance_id}) {what}."
    task.desired_status = "STOPPED"
    _enter(backend, task, "STOPPED")


@change("PassTask")
def pass_task(account: str, region: str, params: Params) -> None:
    """A task that is still as it was in `version` comes into the state `to`."""
    backend = backend_of(account, region)
    for tasks in backend.tasks.values():
        task = tasks.get(params["task"])
        if task is not None and task.version == params["version"]:
            _enter(backend, task, params["to"])


def _enter(backend: Backend, task: Task, state: str) -> None:
    task.last_status = state
    task.version += 1
    now = utcnow()
    for name in _TIMES.get(state, ()):
        task.times[name] = now
    if state == "RUNNING":
        bind_ports(task, _ports_taken(backend, task))
    _tell(backend, task)
    if state == "STOPPED":
        _release(backend, task)
    cluster_changed(backend, task.cluster)


def _release(backend: Backend, task: Task) -> None:
    for attachment in task.attachments:
        attachment["status"] = "DELETED"
        interface = next(
            each["value"] for each in attachment["details"] if each["name"] == "networkInterfaceId"
        )
        ec2_backends[backend.account_id][backend.region_name].enis.pop(interface, None)
    if task.instance is not None:
        let_go(backend, task.instance)


def _ports_taken(backend: Backend, task: Task) -> set[int]:
    others = tasks_on(backend, task.instance) if task.instance is not None else ()
    return {binding["hostPort"] for other in others for each in other.containers for binding in each.bindings}


def _tell(backend: Backend, task: Task) -> None:
    happened(
        "ecs.task",
        backend.account_id,
        backend.region_name,
        task={**described(task), "updatedAt": utcnow()},
        to=_following(task),
    )


def _following(task: Task) -> str | None:
    """The state that a task comes into next, by itself."""
    if task.counts:
        return _STARTING.get(task.last_status)
    way = _STOPPING_AWSVPC if task.definition.network_mode == _AWSVPC else _STOPPING
    return way.get(task.last_status)


def _zone(
    backend: Backend, instance: ContainerInstance | None, network: Mapping[str, Any] | None
) -> str | None:
    if instance is not None:
        return instance.attributes.get("ecs.availability-zone")
    subnets = ((network or {}).get("awsvpcConfiguration") or {}).get("subnets") or ()
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    for subnet in subnets:
        zone: str = ec2.get_subnet(subnet).availability_zone
        return zone
    return None


def _interface(backend: Backend, network: Mapping[str, Any]) -> dict[str, Any]:
    """The network interface of a task in awsvpc mode, attached."""
    said = network["awsvpcConfiguration"]
    made = ec2_backends[backend.account_id][backend.region_name].create_network_interface(
        subnet=said["subnets"][0],
        private_ip_address=random_private_ip(),
        group_ids=said.get("securityGroups") or None,
        description="Interface of a task of ECS",
    )
    made.status, made.device_index = "in-use", 0
    details = {
        "subnetId": said["subnets"][0],
        "networkInterfaceId": made.id,
        "macAddress": made.mac_address,
        "privateIPv4Address": made.private_ip_address,
    }
    return {
        "id": str(mock_random.uuid4()),
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED",
        "details": [{"name": name, "value": value} for name, value in details.items()],
    }


def described(task: Task) -> dict[str, Any]:
    """As DescribeTasks tells of a task."""
    fargate = task.instance is None
    told = {
        "attachments": task.attachments,
        "availabilityZone": task.availability_zone,
        "capacityProviderName": task.capacity_provider,
        "clusterArn": task.cluster_arn,
        "connectivity": "CONNECTED" if "connectivityAt" in task.times else None,
        "containerInstanceArn": task.instance.container_instance_arn if task.instance else None,
        "containers": [_container(task, number) for number in range(len(task.containers))],
        "cpu": str(task.needed.cpu),
        "desiredStatus": task.desired_status,
        "group": task.group,
        "lastStatus": task.last_status,
        "launchType": task.launch_type or None,
        "memory": str(task.needed.memory),
        "overrides": task.overrides,
        "platformFamily": "Linux" if fargate else None,
        "platformVersion": task.platform_version,
        "startedBy": task.started_by or None,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
        "tags": task.tags,
        "taskArn": task.task_arn,
        "taskDefinitionArn": task.definition.arn,
        "version": task.version,
        **task.times,
    }
    return {name: value for name, value in told.items() if value is not None}


def _container(task: Task, number: int) -> dict[str, Any]:
    container = task.containers[number]
    began = "startedAt" in task.times
    told = {
        "containerArn": container.arn,
        "taskArn": task.task_arn,
        "name": container.name,
        "image": container.image,
        "imageDigest": container.digest,
        "runtimeId": container.runtime_id if began else None,
        "lastStatus": _status_of_containers(task),
        "networkBindings": container.bindings if task.instance is not None and began else None,
        "networkInterfaces": [_address(each) for each in task.attachments],
        "cpu": str(container.cpu),
        "memory": None if container.memory is None else str(container.memory),
        "memoryReservation": (
            None if container.memory_reservation is None else str(container.memory_reservation)
        ),
    }
    return {name: value for name, value in told.items() if value is not None}


def _status_of_containers(task: Task) -> str:
    if task.last_status == "STOPPED":
        return "STOPPED"
    return "RUNNING" if "startedAt" in task.times else "PENDING"


def _address(attachment: Mapping[str, Any]) -> dict[str, str]:
    details = {each["name"]: each["value"] for each in attachment["details"]}
    return {"attachmentId": attachment["id"], "privateIpv4Address": details["privateIPv4Address"]}
