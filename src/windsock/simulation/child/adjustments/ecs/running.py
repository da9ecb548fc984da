"""Operations on tasks: run where there is room, started on given instances, stopped, described, listed.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html and the pages of the other
operations beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from moto.ecs.exceptions import TaskDefinitionNotFoundException
from moto.ecs.models import Cluster, TaskDefinition

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.ecs.containers import resources_needed
from windsock.simulation.child.adjustments.ecs.errors import ClientError, InvalidParameter
from windsock.simulation.child.adjustments.ecs.placement import Unplaced, Wanted, place, unsuitable
from windsock.simulation.child.adjustments.ecs.state import (
    Backend,
    Params,
    Task,
    arn_of,
    backend_of,
    cluster_changed,
    cluster_named,
    instances_of,
    tasks_of,
)
from windsock.simulation.child.adjustments.ecs.tasks import Start, described, start, stop

TASKS_AT_ONCE: Final = 10
PLATFORM_VERSION: Final = "1.4.0"
_FARGATE: Final = frozenset({"FARGATE", "FARGATE_SPOT"})
_TOKENS: Final = "windsock_tokens"


@change("RunTask")
def run_task(account: str, region: str, params: Params) -> dict[str, Any]:
    """Run a task definition `count` times; `failures` tells why not as often. A `clientToken` runs once."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    before: dict[str, list[str]] = vars(backend).setdefault(_TOKENS, {}).setdefault(cluster.name, {})
    token = params.get("clientToken")
    if token in before:
        return _answer([task for task in tasks_of(backend, cluster) if task.task_arn in before[token]], [])
    how = how_to_start(cluster, params, definition_named(backend, params["taskDefinition"]))
    count = params.get("count", 1)
    if not 0 < count <= TASKS_AT_ONCE:
        raise InvalidParameter(f"Count must be between 1 and {TASKS_AT_ONCE}.")
    wanted = Wanted(
        resources_needed(how.definition, how.overrides or {}),
        how.definition,
        how.group or f"family:{how.definition.family}",
        params.get("placementConstraints") or (),
        params.get("placementStrategy") or (),
    )
    tasks: list[Task] = []
    failures: list[tuple[str, str]] = []
    for _ in range(count):
        instance = None if how.launch_type == "FARGATE" else place(backend, cluster, wanted)
        if isinstance(instance, Unplaced):
            failures += instance.failures
            break
        tasks.append(start(backend, cluster, how, instance))
    if token and tasks:
        there = backend.tasks[cluster.name]
        for old in [old for old, arns in before.items() if not there.keys() & arns]:
            del before[old]
        before[token] = [task.task_arn for task in tasks]
    return _answer(tasks, failures)


@change("StartTask")
def start_task(account: str, region: str, params: Params) -> dict[str, Any]:
    """Start a task on each of the instances given, where it can be."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    how = how_to_start(cluster, params, definition_named(backend, params["taskDefinition"]))
    needed = resources_needed(how.definition, how.overrides or {})
    wanted = Wanted(needed, how.definition, how.group, (), ())
    if not params["containerInstances"]:
        raise InvalidParameter("Container instances can not be empty.")
    there = {each.container_instance_arn.rpartition("/")[2]: each for each in instances_of(backend, cluster)}
    tasks, failures = [], []
    for name in params["containerInstances"]:
        identity = name.rpartition("/")[2]
        instance = there.get(identity)
        reason = "MISSING" if instance is None else unsuitable(backend, instance, wanted)
        if reason is None:
            tasks.append(start(backend, cluster, how, instance))
        else:
            failures.append((arn_of(backend, f"container-instance/{cluster.name}/{identity}"), reason))
    return _answer(tasks, failures)


@change("StopTask")
def stop_task(account: str, region: str, params: Params) -> dict[str, Any]:
    """Have a task stopped."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    task = next(_named(backend, cluster, params["task"]), None)
    if task is None:
        raise InvalidParameter("The referenced task was not found.")
    stop(backend, task, "UserInitiated", params.get("reason") or "Task stopped by user")
    cluster_changed(backend, cluster)
    return {"task": described(task)}


@change("DescribeTasks")
def describe_tasks(account: str, region: str, params: Params) -> dict[str, Any]:
    """Tasks by their ARNs or ids."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    if not params["tasks"]:
        raise InvalidParameter("Tasks cannot be empty.")
    with_tags = "TAGS" in (params.get("include") or ())
    tasks, failures = [], []
    for name in params["tasks"]:
        task = next(_named(backend, cluster, name), None)
        if task is None:
            identity = name.rpartition("/")[2]
            failures.append((arn_of(backend, f"task/{cluster.name}/{identity}"), "MISSING"))
        else:
            tasks.append(task if with_tags else replace(task, tags=[]))
    return _answer(tasks, failures)


@change("ListTasks")
def list_tasks(account: str, region: str, params: Params) -> dict[str, Any]:
    """The ARNs of tasks that run or will, or of those that were stopped."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    wanted = {
        "desired_status": params.get("desiredStatus", "RUNNING"),
        "launch_type": params.get("launchType"),
        "started_by": params.get("startedBy"),
        "group": f"service:{params['serviceName'].rpartition('/')[2]}" if "serviceName" in params else None,
    }
    found = [
        task.task_arn
        for task in tasks_of(backend, cluster)
        if all(value in (None, getattr(task, name)) for name, value in wanted.items())
        and params.get("family") in (None, task.definition.family)
        and _is_on(task, params.get("containerInstance"))
    ]
    return {"taskArns": found}


def _is_on(task: Task, instance: str | None) -> bool:
    if instance is None:
        return True
    identity = instance.rpartition("/")[2]
    return task.instance is not None and task.instance.container_instance_arn.endswith(f"/{identity}")


def how_to_start(cluster: Cluster, params: Params, definition: TaskDefinition) -> Start:
    """What parameters say of the tasks of a definition to start. Raises InvalidParameter."""
    providers = params.get("capacityProviderStrategy") or ()
    if params.get("launchType") and providers:
        raise InvalidParameter("Specify either Launch Type or Capacity Provider Strategy, but not both.")
    if not params.get("launchType") and not providers:
        providers = cluster.default_capacity_provider_strategy or ()
    provider = providers[0]["capacityProvider"] if providers else None
    fargate = provider in _FARGATE or params.get("launchType") == "FARGATE"
    if fargate and not _runs_on_fargate(definition):
        raise InvalidParameter("Task definition does not support launch_type FARGATE.")
    network = params.get("networkConfiguration")
    if definition.network_mode == "awsvpc" and not network:
        raise InvalidParameter(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if definition.network_mode != "awsvpc" and network:
        raise InvalidParameter(
            "Network Configuration is not valid for the given networkMode of this task definition."
        )
    version = params.get("platformVersion", "LATEST")
    return Start(
        definition=definition,
        launch_type="FARGATE" if fargate else params.get("launchType", "EC2"),
        group=params.get("group") or "",
        started_by=params.get("startedBy") or "",
        overrides=params.get("overrides"),
        tags=(*(definition.tags if params.get("propagateTags") == "TASK_DEFINITION" else ()),
              *(params.get("tags") or ())),
        network=network,
        capacity_provider=provider,
        platform_version=(PLATFORM_VERSION if version == "LATEST" else version) if fargate else None,
    )  # fmt: skip


def _runs_on_fargate(definition: TaskDefinition) -> bool:
    """Whether a definition says that it does, or has what Fargate needs."""
    has_all = definition.network_mode == "awsvpc" and definition.cpu and definition.memory
    return bool(has_all) or "FARGATE" in definition.compatibilities


def definition_named(backend: Backend, name: str) -> TaskDefinition:
    """An active task definition, by its ARN, family, or family and revision. Raises ClientError."""
    definition = definition_there(backend, name)
    if definition.status != "ACTIVE":
        raise ClientError("TaskDefinition is inactive")
    return definition


def definition_there(backend: Backend, name: str) -> TaskDefinition:
    """A task definition, also one that was deregistered. Raises ClientError."""
    try:
        return backend.describe_task_definition(name)
    except (TaskDefinitionNotFoundException, ValueError) as error:
        raise ClientError("TaskDefinition not found.") from error


def _named(backend: Backend, cluster: Cluster, name: str) -> Iterator[Task]:
    identity = name.rpartition("/")[2]
    return (task for task in tasks_of(backend, cluster) if task.task_arn.endswith(f"/{identity}"))


def _answer(tasks: list[Task], failures: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "tasks": [described(task) for task in tasks],
        "failures": [{"arn": arn, "reason": reason} for arn, reason in failures],
    }
