"""What container instances have and tasks need: CPU units, MiB of memory, ports.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Resource.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from moto.ec2.models.instance_types import INSTANCE_TYPES

_CPU_UNITS: Final = 1024
# What an operating system leaves of the memory for containers, about.
_LEFT_OF_MEMORY: Final = 0.97
_RESERVED: Final = {
    "linux": ("22", "2376", "2375", "51678", "51679"),
    "windows": (
        "53", "135", "139", "445", "2375", "2376", "3389", "5985", "5986", "51678", "51679",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resources:
    """An amount: `cpu` in units of 1/1024, `memory` in MiB; `ports` and `udp_ports` are those in use."""

    cpu: int = 0
    memory: int = 0
    ports: tuple[str, ...] = field(default=())
    udp_ports: tuple[str, ...] = field(default=())

    def without(self, needed: Resources) -> Resources:
        """What is left when something takes what it needs."""
        return Resources(
            self.cpu - needed.cpu,
            self.memory - needed.memory,
            self.ports + needed.ports,
            self.udp_ports + needed.udp_ports,
        )

    def lacking(self, needed: Resources) -> str | None:
        """The resource there is too little of, as failures name it; None when there is enough."""
        if needed.cpu > self.cpu:
            return "RESOURCE:CPU"
        if needed.memory > self.memory:
            return "RESOURCE:MEMORY"
        if set(needed.ports) & set(self.ports) or set(needed.udp_ports) & set(self.udp_ports):
            return "RESOURCE:PORTS"
        return None

    def described(self) -> list[dict[str, Any]]:
        """As ECS tells of it."""
        return [
            _number("CPU", self.cpu),
            _number("MEMORY", self.memory),
            _texts("PORTS", self.ports),
            _texts("PORTS_UDP", self.udp_ports),
        ]


def resources_of(instance_type: str, os_type: str) -> Resources:
    """What an EC2 instance of that type has for containers; of an unknown type, what one with 1 CPU has."""
    known: Mapping[str, Any] = INSTANCE_TYPES.get(instance_type, {})
    cpus = known.get("VCpuInfo", {}).get("DefaultVCpus", 1)
    memory = known.get("MemoryInfo", {}).get("SizeInMiB", 1024)
    return Resources(cpus * _CPU_UNITS, int(memory * _LEFT_OF_MEMORY), _RESERVED[os_type])


def given(resources: Iterable[Mapping[str, Any]], otherwise: Resources) -> Resources:
    """The resources an agent registers with; what it does not say is as `otherwise`."""
    said = {each["name"]: each for each in resources}
    found = otherwise
    if "CPU" in said:
        found = replace(found, cpu=said["CPU"].get("integerValue", 0))
    if "MEMORY" in said:
        found = replace(found, memory=said["MEMORY"].get("integerValue", 0))
    if "PORTS" in said:
        found = replace(found, ports=tuple(said["PORTS"].get("stringSetValue", ())))
    if "PORTS_UDP" in said:
        found = replace(found, udp_ports=tuple(said["PORTS_UDP"].get("stringSetValue", ())))
    return found


def _number(name: str, value: int) -> dict[str, Any]:
    return {"name": name, "type": "INTEGER", "doubleValue": 0.0, "longValue": 0, "integerValue": value}


def _texts(name: str, values: tuple[str, ...]) -> dict[str, Any]:
    empty = {"doubleValue": 0.0, "longValue": 0, "integerValue": 0}
    return {"name": name, "type": "STRINGSET", **empty, "stringSetValue": list(values)}
