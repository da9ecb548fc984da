"""The containers of a task, as its definition and the overrides have them.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.ecr.models import ecr_backends
from moto.ecs.models import TaskDefinition
from moto.moto_api._internal import mock_random

from windsock.simulation.child.adjustments.ecs.errors import InvalidParameter
from windsock.simulation.child.adjustments.ecs.resources import Resources
from windsock.simulation.child.adjustments.ecs.state import (
    Backend,
    Container,
    ContainerInstance,
    Task,
    arn_of,
    new_id,
)

# Where ports are taken from that a definition leaves to the host.
_FIRST_DYNAMIC_PORT: Final = 32768


def resources_needed(definition: TaskDefinition, overrides: Mapping[str, Any]) -> Resources:
    """What a task needs of an instance. Raises InvalidParameter for overrides of what is not there."""
    changed = _changed(definition, overrides)
    containers = [{**each, **changed.get(each["name"], {})} for each in definition.container_definitions]
    cpu = int(overrides.get("cpu") or definition.cpu or sum(int(each.get("cpu") or 0) for each in containers))
    memory = overrides.get("memory") or definition.memory
    reserved = sum(int(each.get("memoryReservation") or each.get("memory") or 0) for each in containers)
    ports = [(str(each["hostPort"]), each.get("protocol", "tcp")) for each in _fixed_ports(definition)]
    return Resources(
        cpu,
        int(memory or reserved),
        tuple(port for port, protocol in ports if protocol == "tcp"),
        tuple(port for port, protocol in ports if protocol == "udp"),
    )


def containers_of(
    backend: Backend,
    definition: TaskDefinition,
    overrides: Mapping[str, Any],
    task_id: str,
    cluster: str,
    instance: ContainerInstance | None,
) -> list[Container]:
    """The containers of a new task."""
    changed = _changed(definition, overrides)
    made = []
    for given in definition.container_definitions:
        said = {**given, **changed.get(given["name"], {})}
        made.append(
            Container(
                arn=arn_of(backend, f"container/{cluster}/{task_id}/{mock_random.uuid4()}"),
                name=said["name"],
                image=said.get("image", ""),
                digest=_digest(backend, said.get("image", "")),
                runtime_id=f"{new_id()}{new_id()}" if instance else f"{task_id}-{_number()}",
                cpu=int(said.get("cpu") or 0),
                memory=said.get("memory"),
                memory_reservation=said.get("memoryReservation"),
                bindings=[],
            )
        )
    return made


def bind_ports(task: Task, taken: set[int]) -> None:
    """The ports of a host that lead to the containers of a task, now that it runs."""
    if task.definition.network_mode != "bridge":
        return
    for container, given in zip(task.containers, task.definition.container_definitions, strict=True):
        for mapping in given.get("portMappings") or ():
            port = mapping.get("hostPort") or _free_port(taken)
            taken.add(port)
            container.bindings.append(
                {
                    "bindIP": "0.0.0.0",  # noqa: S104  (as Docker tells it; nothing listens)
                    "containerPort": mapping["containerPort"],
                    "hostPort": port,
                    "protocol": mapping.get("protocol", "tcp"),
                }
            )


def _free_port(taken: set[int]) -> int:
    port = _FIRST_DYNAMIC_PORT
    while port in taken:
        port += 1
    return port


def _fixed_ports(definition: TaskDefinition) -> Iterator[Mapping[str, Any]]:
    for container in definition.container_definitions:
        for mapping in container.get("portMappings") or ():
            if definition.network_mode == "host":
                yield {**mapping, "hostPort": mapping.get("hostPort") or mapping["containerPort"]}
            elif definition.network_mode == "bridge" and mapping.get("hostPort"):
                yield mapping


def _changed(definition: TaskDefinition, overrides: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What the overrides say of each container."""
    names = {each["name"] for each in definition.container_definitions}
    changed: dict[str, Mapping[str, Any]] = {}
    for override in overrides.get("containerOverrides") or ():
        name = override.get("name")
        if name not in names:
            raise InvalidParameter(
                f"Override for container named {name} is not a container in the TaskDefinition."
            )
        changed[name] = {
            key: override[key] for key in ("cpu", "memory", "memoryReservation") if key in override
        }
    return changed


def _digest(backend: Backend, image: str) -> str | None:
    """The digest of an image that lies in ECR here."""
    registry, _, name = image.partition("/")
    if ".dkr.ecr." not in registry:
        return None
    account, region = registry.split(".")[0], registry.split(".")[3]
    repository_name, _, tag = name.partition(":")
    repository = ecr_backends[account][region].repositories.get(repository_name)
    for pushed in repository.images if repository is not None else ():
        if (tag or "latest") in pushed.image_tags:
            digest: str = pushed.get_image_digest()
            return digest
    return None


def _number() -> int:
    number: int = mock_random.randint(10**8, 10**10)
    return number
