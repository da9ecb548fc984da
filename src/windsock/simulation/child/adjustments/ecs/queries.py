"""Cluster queries, asked of container instances as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC

from windsock.languages.cluster_queries import InvalidQuery, parse
from windsock.simulation.child.adjustments.ecs.errors import InvalidParameter
from windsock.simulation.child.adjustments.ecs.state import Backend, ContainerInstance, tasks_on

_ATTRIBUTE = "attribute:"


def is_meant(backend: Backend, instance: ContainerInstance, expression: str) -> bool:
    """Whether an expression of the cluster query language means an instance. Raises InvalidParameter."""
    try:
        query = parse(expression)
    except InvalidQuery as error:
        raise InvalidParameter(f"Invalid expression {expression!r}: {error}") from error
    return query(_subjects(backend, instance))


def _subjects(backend: Backend, instance: ContainerInstance) -> Callable[[str], Sequence[str]]:
    tasks = list(tasks_on(backend, instance))
    running = sum(task.last_status == "RUNNING" for task in tasks)
    values = {
        "agentConnected": [str(instance.agent_connected).lower()],
        "agentVersion": [instance.version_info["agentVersion"]],
        "ec2InstanceId": [instance.ec2_instance_id],
        "registeredAt": [instance.registered_at.replace(tzinfo=UTC).isoformat()],
        "runningTasksCount": [str(running)],
        "task:group": [task.group for task in tasks],
    }

    def of(subject: str) -> Sequence[str]:
        if not subject.startswith(_ATTRIBUTE):
            return values[subject]
        name = subject.removeprefix(_ATTRIBUTE)
        return [instance.attributes[name] or ""] if name in instance.attributes else []

    return of
