"""Where a task is placed: on which of the instances of a cluster it may, and on which of those it does.

Without a strategy the instance with the fewest tasks is taken.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moto.ecs.models import Cluster, TaskDefinition
from moto.moto_api._internal import mock_random

from windsock.simulation.child.adjustments.ecs.errors import InvalidParameter
from windsock.simulation.child.adjustments.ecs.queries import is_meant
from windsock.simulation.child.adjustments.ecs.resources import Resources
from windsock.simulation.child.adjustments.ecs.state import (
    Backend,
    ContainerInstance,
    registered_in,
    tasks_on,
)

NO_INSTANCES: Final = "No Container Instances were found in your cluster."
# The names that a strategy may spread by, beside attributes.
_OF_HOST: Final = frozenset({"instanceId", "host"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be placed: the resources it needs, its definition and group, where it may be, and how."""

    needed: Resources
    definition: TaskDefinition
    group: str
    constraints: Sequence[Mapping[str, Any]]
    strategy: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A task was placed on no instance: why not on each of them."""

    failures: tuple[tuple[str, str], ...]


def place(backend: Backend, cluster: Cluster, wanted: Wanted) -> ContainerInstance | Unplaced:
    """The instance to place a task on. Raises InvalidParameter for a cluster that has none."""
    instances = [each for each in registered_in(backend, cluster) if each.status == "ACTIVE"]
    if not instances:
        raise InvalidParameter(NO_INSTANCES)
    reasons = {each: unsuitable(backend, each, wanted) for each in instances}
    suitable = [each for each, reason in reasons.items() if reason is None]
    if not suitable:
        return Unplaced(
            tuple((each.container_instance_arn, reason) for each, reason in reasons.items() if reason)
        )
    return min(suitable, key=_preference(backend, cluster, wanted))


def unsuitable(backend: Backend, instance: ContainerInstance, wanted: Wanted) -> str | None:
    """Why a task cannot be placed on an instance, as failures have it."""
    if instance.status == "INACTIVE":
        return "INACTIVE"
    if not instance.agent_connected:
        return "AGENT"
    for constraint in (*wanted.constraints, *(wanted.definition.placement_constraints or ())):
        if not _CONSTRAINTS[constraint["type"]](backend, instance, wanted, constraint):
            kind = constraint["type"]
            return f"{kind[:1].upper()}{kind[1:]} placement constraint unsatisfied."
    return instance.remaining.lacking(wanted.needed)


def _is_distinct(
    backend: Backend, instance: ContainerInstance, wanted: Wanted, constraint: Mapping[str, Any]
) -> bool:
    return all(task.group != wanted.group or not task.counts for task in tasks_on(backend, instance))


def _is_member(
    backend: Backend, instance: ContainerInstance, wanted: Wanted, constraint: Mapping[str, Any]
) -> bool:
    return is_meant(backend, instance, constraint.get("expression", ""))


_CONSTRAINTS: Final = {"distinctInstance": _is_distinct, "memberOf": _is_member}


def _preference(
    backend: Backend, cluster: Cluster, wanted: Wanted
) -> Callable[[ContainerInstance], tuple[Any, ...]]:
    """Of two instances, the one with the lesser preference is taken."""
    strategy = wanted.strategy or ({"type": "spread", "field": "instanceId"},)
    tasks = {
        each: sum(task.group == wanted.group and task.counts for task in tasks_on(backend, each))
        for each in registered_in(backend, cluster)
    }
    by = [_STRATEGIES[each["type"]](each.get("field", ""), tasks) for each in strategy]
    return lambda instance: (*(prefer(instance) for prefer in by), tasks[instance])


_Tasks = Mapping[ContainerInstance, int]


def _spread(field: str, tasks: _Tasks) -> Callable[[ContainerInstance], Any]:
    counts: dict[str | None, int] = {}
    for instance, number in tasks.items():
        value = _value(instance, field)
        counts[value] = counts.get(value, 0) + number
    return lambda instance: counts[_value(instance, field)]


def _binpack(field: str, tasks: _Tasks) -> Callable[[ContainerInstance], Any]:
    name = field.lower()
    if name not in {"cpu", "memory"}:
        raise InvalidParameter("Invalid placement strategy field: must be cpu or memory for binpack.")
    return lambda instance: getattr(instance.remaining, name)


def _random(field: str, tasks: _Tasks) -> Callable[[ContainerInstance], Any]:
    return lambda instance: mock_random.random()


_STRATEGIES: Final = {"spread": _spread, "binpack": _binpack, "random": _random}


def _value(instance: ContainerInstance, field: str) -> str | None:
    if field in _OF_HOST or not field:
        return instance.container_instance_arn
    return instance.attributes.get(field.removeprefix("attribute:"))
