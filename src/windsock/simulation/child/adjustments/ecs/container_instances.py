"""Container instances: registered by the agent on them, drained, deregistered; each change is told.

One that was deregistered can still be described. `containerInstanceArn` registers again what is registered.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterContainerInstance.html,
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance
from moto.ecs.models import Cluster

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.ecs.errors import ClientError, ClusterNotFound, InvalidParameter
from windsock.simulation.child.adjustments.ecs.queries import is_meant
from windsock.simulation.child.adjustments.ecs.resources import Resources, given, resources_of
from windsock.simulation.child.adjustments.ecs.state import (
    Backend,
    ContainerInstance,
    Params,
    arn_of,
    backend_of,
    cluster_changed,
    cluster_named,
    forget_old,
    instances_of,
    new_id,
    registered_in,
    tasks_on,
)
from windsock.simulation.child.observed import happened

# What an agent says it can do.
CAPABILITIES: Final = (
    *(f"docker-remote-api.1.{minor}" for minor in range(17, 45)),
    *(f"logging-driver.{name}" for name in ("awslogs", "json-file", "syslog", "journald", "none")),
    *("ecr-auth", "privileged-container", "task-iam-role", "task-iam-role-network-host"),
)
AGENT: Final = {
    "agentVersion": "1.89.3",
    "agentHash": "2f1b9d5b",
    "dockerVersion": "DockerVersion: 25.0.8",
}


def tell(backend: Backend, instance: ContainerInstance) -> None:
    """An instance is other than before."""
    instance.version += 1
    happened(
        "ecs.container-instance",
        backend.account_id,
        backend.region_name,
        instance={**described(backend, instance), "clusterArn": instance.cluster.arn},
    )


def take(backend: Backend, instance: ContainerInstance, needed: Resources) -> None:
    """Something is placed on an instance."""
    instance.remaining = instance.remaining.without(needed)
    tell(backend, instance)


def let_go(backend: Backend, instance: ContainerInstance) -> None:
    """Something on an instance is gone: what is left is what the tasks that are there do not need."""
    left = instance.registered
    for task in tasks_on(backend, instance):
        left = left.without(task.needed)
    instance.remaining = left
    if instance.status != "INACTIVE":
        tell(backend, instance)


def described(backend: Backend, instance: ContainerInstance) -> dict[str, Any]:
    """As DescribeContainerInstances tells of it."""
    tasks = [task.last_status for task in tasks_on(backend, instance)]
    running = tasks.count("RUNNING")
    return {
        "containerInstanceArn": instance.container_instance_arn,
        "ec2InstanceId": instance.ec2_instance_id,
        "version": instance.version,
        "versionInfo": instance.version_info,
        "remainingResources": instance.remaining.described(),
        "registeredResources": instance.registered.described(),
        "status": instance.status,
        "agentConnected": instance.agent_connected,
        "runningTasksCount": running,
        "pendingTasksCount": len(tasks) - running,
        "attributes": [
            {"name": name, **({} if value is None else {"value": value})}
            for name, value in instance.attributes.items()
        ],
        "registeredAt": instance.registered_at,
        "attachments": [],
        "tags": instance.tags,
    }


@change("RegisterContainerInstance")
def register_container_instance(account: str, region: str, params: Params) -> dict[str, Any]:
    """An agent connects: the EC2 instance it runs on is in the cluster."""
    backend = backend_of(account, region)
    try:
        cluster = cluster_named(backend, params.get("cluster"))
    except ClusterNotFound as missing:
        raise ClientError(missing.message) from missing
    host = _host(account, region, params)
    instance = next(
        (each for each in registered_in(backend, cluster) if each.ec2_instance_id == host.id), None
    )
    if instance is None:
        instance = _registered(backend, cluster, host, params)
    instance.agent_connected = True
    instance.version_info = params.get("versionInfo") or AGENT
    tell(backend, instance)
    cluster_changed(backend, cluster)
    return {"containerInstance": described(backend, instance)}


def _host(account: str, region: str, params: Params) -> Instance:
    try:
        named = json.loads(params.get("instanceIdentityDocument") or "{}")["instanceId"]
    except (ValueError, LookupError) as error:
        raise ClientError("Instance identity document is malformed.") from error
    for host in ec2_backends[account][region].all_instances():
        if host.id == named and host._state.name in {"pending", "running"}:
            return host
    raise ClientError(f"Instance {named} does not run.")


def _registered(backend: Backend, cluster: Cluster, host: Instance, params: Params) -> ContainerInstance:
    resources = given(params.get("totalResources") or (), resources_of(host.instance_type, os_type_of(host)))
    arn = arn_of(backend, f"container-instance/{cluster.name}/{new_id()}")
    attributes = {each["name"]: each.get("value") for each in params.get("attributes") or ()}
    tags = list(params.get("tags") or ())
    instance = ContainerInstance(
        arn, cluster, host.id, resources, resources, {**attributes, **_known_of(host)}, AGENT, tags, version=0
    )
    forget_old(backend, cluster)
    backend.container_instances.setdefault(cluster.name, {})[arn.rpartition("/")[2]] = instance
    return instance


def os_type_of(host: Instance) -> str:
    """What runs on an EC2 instance: `linux` or `windows`."""
    return "windows" if host.platform == "windows" else "linux"


def _known_of(host: Instance) -> dict[str, str | None]:
    """The attributes that ECS gives to an instance itself."""
    architecture = "arm64" if host.architecture == "arm64" else "x86_64"
    return {
        "ecs.ami-id": host.image_id,
        "ecs.availability-zone": host.placement.zone,
        "ecs.instance-type": host.instance_type,
        "ecs.os-type": os_type_of(host),
        "ecs.cpu-architecture": architecture,
        "ecs.vpc-id": host.vpc_id,
        "ecs.subnet-id": host.subnet_id,
    }


@change("DeregisterContainerInstance")
def deregister_container_instance(account: str, region: str, params: Params) -> dict[str, Any]:
    """Take an instance out of its cluster; with tasks on it only by force, and they are forgotten then."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    instance = _find(backend, cluster, params["containerInstance"])
    if instance is None or instance.status == "INACTIVE":
        raise InvalidParameter("Referenced container instance not found.")
    if not params.get("force") and any(tasks_on(backend, instance)):
        raise InvalidParameter("Found running tasks on the instance.")
    deregister(backend, instance)
    return {"containerInstance": described(backend, instance)}


def deregister(backend: Backend, instance: ContainerInstance) -> None:
    """An instance is in its cluster no more."""
    instance.status, instance.agent_connected, instance.deregistered_at = "INACTIVE", False, utcnow()
    tell(backend, instance)
    cluster_changed(backend, instance.cluster)


@change("ListContainerInstances")
def list_container_instances(account: str, region: str, params: Params) -> dict[str, Any]:
    """The ARNs of a cluster's instances that are registered, of a `status`, and meant by a `filter`."""
    backend = backend_of(account, region)
    cluster, status = cluster_named(backend, params.get("cluster")), params.get("status")
    query = params.get("filter")
    found = [
        each
        for each in registered_in(backend, cluster)
        if status in (None, each.status) and (not query or is_meant(backend, each, query))
    ]
    return {"containerInstanceArns": sorted(each.container_instance_arn for each in found)}


@change("DescribeContainerInstances")
def describe_container_instances(account: str, region: str, params: Params) -> dict[str, Any]:
    """Instances by their ARNs or ids."""
    backend = backend_of(account, region)
    found, failures = _named(backend, params)
    with_tags = "TAGS" in (params.get("include") or ())
    return {"containerInstances": [_shown(backend, each, with_tags) for each in found], "failures": failures}


@change("UpdateContainerInstancesState")
def update_container_instances_state(account: str, region: str, params: Params) -> dict[str, Any]:
    """Have no more tasks placed on instances (DRAINING), or have them placed there again (ACTIVE)."""
    backend, status = backend_of(account, region), params["status"]
    if status not in {"ACTIVE", "DRAINING"}:
        raise InvalidParameter("Container instance status should be one of [ACTIVE, DRAINING]")
    named, failures = _named(backend, params)
    found = [each for each in named if each.status in {"ACTIVE", "DRAINING"}]
    failures += [_failure(each.container_instance_arn, "INACTIVE") for each in named if each not in found]
    for instance in found:
        if instance.status != status:
            instance.status = status
            tell(backend, instance)
    if found:
        cluster_changed(backend, found[0].cluster)
    return {
        "containerInstances": [_shown(backend, each, with_tags=False) for each in found],
        "failures": failures,
    }


def _named(
    backend: Backend, params: Mapping[str, Any]
) -> tuple[list[ContainerInstance], list[dict[str, str]]]:
    cluster = cluster_named(backend, params.get("cluster"))
    if not params["containerInstances"]:
        raise InvalidParameter("Container instances can not be empty.")
    found, failures = [], []
    for name in params["containerInstances"]:
        instance = _find(backend, cluster, name)
        if instance is not None:
            found.append(instance)
        else:
            identity = name.rpartition("/")[2]
            failures.append(
                _failure(arn_of(backend, f"container-instance/{cluster.name}/{identity}"), "MISSING")
            )
    return found, failures


def _find(backend: Backend, cluster: Cluster, name: str) -> ContainerInstance | None:
    identity = name.rpartition("/")[2]
    return next(
        (
            each
            for each in instances_of(backend, cluster)
            if each.container_instance_arn.endswith(f"/{identity}")
        ),
        None,
    )


def _shown(backend: Backend, instance: ContainerInstance, with_tags: bool) -> dict[str, Any]:
    shown = described(backend, instance)
    return shown if with_tags else {**shown, "tags": []}


def _failure(arn: str, reason: str) -> dict[str, str]:
    return {"arn": arn, "reason": reason}
