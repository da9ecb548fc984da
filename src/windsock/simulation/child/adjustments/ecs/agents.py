"""The agent on an EC2 instance: it registers the instance once that runs, and is gone when it stops.

An instance has an agent if its user data names a cluster to it, or if it was launched from an image that is
made for ECS; it can register with an instance profile only.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/launch_container_instance.html and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html (what becomes
of the container instance when the EC2 instance is stopped or terminated)
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from moto.core.types import Base64EncodedString
from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.ec2 import instances, profiles
from windsock.simulation.child.adjustments.ecs.container_instances import (
    AGENT,
    CAPABILITIES,
    deregister,
    os_type_of,
    tell,
)
from windsock.simulation.child.adjustments.ecs.resources import resources_of
from windsock.simulation.child.adjustments.ecs.state import (
    Backend,
    ContainerInstance,
    Params,
    backend_of,
    cluster_changed,
    registered_in,
    tasks_on,
)
from windsock.simulation.child.adjustments.ecs.tasks import host_gone
from windsock.simulation.child.adjustments.ecs.user_data import named_cluster
from windsock.simulation.child.observed import happened

_MADE_FOR_ECS: Final = re.compile(r"\becs\b|ECS_Optimized|bottlerocket-aws-ecs", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Agent:
    """The agent on an instance with the profile it uses; `cluster` is None where none was named to it."""

    cluster: str | None
    profile: str


def apply() -> None:
    """Follow the instances of EC2."""
    instances.FOLLOWERS.append(_follow)


def _follow(host: Instance, state: str) -> None:
    if state == "running" and _agent_on(host) is not None:
        backend = host.ec2_backend
        happened("ecs.agent-started", backend.account_id, backend.region_name, instance=host.id)
    elif state in {"stopping", "shutting-down"}:
        _lose(host, terminated=state == "shutting-down")


def _agent_on(host: Instance) -> _Agent | None:
    profile = profiles.profile_of(host)
    cluster = named_cluster(_user_data(host))
    if profile is None or (cluster is None and not _is_made_for_ecs(host)):
        return None
    return _Agent(cluster, profile)


def _user_data(host: Instance) -> bytes:
    given = host.user_data
    if not given:
        return b""
    text = str(given)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        if isinstance(given, Base64EncodedString):
            raise
        return text.encode()


def _is_made_for_ecs(host: Instance) -> bool:
    images = host.ec2_backend.describe_images(filters={"image-id": host.image_id})
    return any(_MADE_FOR_ECS.search(image.name or "") for image in images)


def _lose(host: Instance, *, terminated: bool) -> None:
    """The agents on an instance are gone with it, and so is the container instance if it is terminated."""
    backend = backend_of(host.ec2_backend.account_id, host.ec2_backend.region_name)
    for instance in _registered_as(backend, host):
        connected, instance.agent_connected = instance.agent_connected, False
        for task in list(tasks_on(backend, instance)):
            host_gone(backend, task, "terminated" if terminated else "stopped")
        if not connected:
            continue
        if terminated:
            deregister(backend, instance)
        else:
            tell(backend, instance)
            cluster_changed(backend, instance.cluster)


def _registered_as(backend: Backend, host: Instance) -> list[ContainerInstance]:
    return [
        instance
        for cluster in list(backend.clusters.values())
        for instance in registered_in(backend, cluster)
        if instance.ec2_instance_id == host.id
    ]


@change("DescribeAgent")
def describe_agent(account: str, region: str, params: Params) -> dict[str, Any] | None:
    """What the agent on a running instance registers with, and as whom; None if there is none.

    `cluster` is missing if none was named to it: it makes and takes `default` then.
    """
    for host in ec2_backends[account][region].all_instances():
        if host.id == params["instance"] and host._state.name == "running":
            agent = _agent_on(host)
            return _described(account, region, host, agent) if agent else None
    return None


def _described(account: str, region: str, host: Instance, agent: _Agent) -> dict[str, Any]:
    capabilities = [f"com.amazonaws.ecs.capability.{each}" for each in CAPABILITIES]
    names = [*capabilities, "ecs.capability.execution-role-awslogs", "ecs.capability.task-eni"]
    attributes: list[dict[str, str]] = [{"name": name} for name in names]
    identity = {
        "accountId": account,
        "architecture": host.architecture,
        "availabilityZone": host.placement.zone,
        "imageId": host.image_id,
        "instanceId": host.id,
        "instanceType": host.instance_type,
        "pendingTime": f"{host.launch_time:%Y-%m-%dT%H:%M:%SZ}",
        "privateIp": host.private_ip,
        "region": region,
        "version": "2017-09-30",
    }
    registration = {
        **({} if agent.cluster is None else {"cluster": agent.cluster}),
        "instanceIdentityDocument": json.dumps(identity),
        "totalResources": resources_of(host.instance_type, os_type_of(host)).described(),
        "versionInfo": AGENT,
        "attributes": attributes,
    }
    return {
        "profile": agent.profile,
        "address": host.public_ip or host.private_ip,
        "registration": registration,
    }
