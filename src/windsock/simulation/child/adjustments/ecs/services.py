"""Services: each has the number of tasks it is to have, replaces those that are gone, and rolls to new ones.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from moto.ecs.models import Cluster, Service, ecs_backends

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.ecs.containers import resources_needed
from windsock.simulation.child.adjustments.ecs.deployments import (
    begin_deployment,
    complete_deployment,
    say,
    service_action,
)
from windsock.simulation.child.adjustments.ecs.errors import InvalidParameter
from windsock.simulation.child.adjustments.ecs.placement import Unplaced, Wanted, place, unsuitable
from windsock.simulation.child.adjustments.ecs.running import definition_named, definition_there, how_to_start
from windsock.simulation.child.adjustments.ecs.state import (
    FOLLOWERS,
    Backend,
    ContainerInstance,
    Params,
    Task,
    backend_of,
    cluster_named,
    registered_in,
    tasks_of,
)
from windsock.simulation.child.adjustments.ecs.tasks import start, stop
from windsock.simulation.child.execute import execute

_PERCENT: Final = 100
# What an update changes of the tasks; other changes need no new ones.
_OF_TASKS: Final = ("taskDefinition", "networkConfiguration", "platformVersion", "capacityProviderStrategy")
_RESOURCES_SHORT: Final = (
    "was unable to place a task because no container instance met all of its requirements. Reason: {reason}"
)

_check_network = Service._validate_network


@dataclass(frozen=True, slots=True)
class _Bound:
    """Of how many tasks there may be while others replace them: a member of the deployment configuration, in
    percent of what is desired, with what it is by scheduling strategy where a service does not say.
    """

    name: str
    otherwise: Mapping[str, int]
    rounded: Callable[[float], int]


_LOWEST: Final = _Bound("minimumHealthyPercent", {"REPLICA": 100, "DAEMON": 0}, math.ceil)
_HIGHEST: Final = _Bound("maximumPercent", {"REPLICA": 200, "DAEMON": 100}, math.floor)


def apply() -> None:
    """Change moto's classes, and follow what happens in clusters."""
    Service._validate_network = _network_checked
    Service.running_count = property(lambda service: _count(service, "RUNNING"), _not_noted)
    Service.pending_count = property(lambda service: _count(service, "PROVISIONING", "PENDING"), _not_noted)
    FOLLOWERS.append(_follow)


def _network_checked(service: Service, network: dict[str, Any]) -> Any:
    """As moto checks it, which takes security groups for given: else there is that of the VPC."""
    said = {"securityGroups": [], **network["awsvpcConfiguration"]}
    return _check_network(service, {**network, "awsvpcConfiguration": said})


def _not_noted(service: Service, count: int) -> None:
    pass


def _count(service: Service, *states: str) -> int:
    backend = ecs_backends[service._account_id][service.region_name]
    return sum(task.last_status in states for task in _tasks(backend, service))


@change("CreateService")
def create_service(account: str, region: str, params: Params) -> Any:
    """Make a service, and start its tasks."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    there = backend.services.get(f"{cluster.name}:{params['serviceName']}")
    if there is not None and there.status == "ACTIVE":
        raise InvalidParameter("Creation of service was not idempotent.")
    if "taskDefinition" in params:
        how_to_start(cluster, params, definition_named(backend, params["taskDefinition"]))
    answer = execute("ecs", "CreateService", params, account, region)
    service = backend.services[f"{cluster.name}:{params['serviceName']}"]
    vars(service).update(asked=params, steady=False, short_of=None)
    if service.deployments:
        service.deployments.clear()
        begin_deployment(backend, service)
        balance(backend, service)
        return {"service": _described(account, region, service)}
    return answer


@change("UpdateService")
def update_service(account: str, region: str, params: Params) -> Any:
    """Change a service; other tasks come in place of those it has if they are to be other ones."""
    backend = backend_of(account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    given = {name: value for name, value in params.items() if name != "forceNewDeployment"}
    definition = definition_named(backend, params["taskDefinition"]) if "taskDefinition" in params else None
    execute("ecs", "UpdateService", given, account, region)
    service = backend.services[f"{cluster.name}:{params['service'].rpartition('/')[2]}"]
    if definition is not None:
        service.task_definition = definition.arn
    vars(service).update(asked={**vars(service)["asked"], **given}, steady=False)
    if service.deployments:
        if params.get("forceNewDeployment") or any(name in params for name in _OF_TASKS):
            begin_deployment(backend, service)
        balance(backend, service)
    return {"service": _described(account, region, service)}


@change("DeleteService")
def delete_service(account: str, region: str, params: Params) -> Any:
    """Delete a service that is to have no tasks, or one by force, and stop those it has."""
    backend = backend_of(account, region)
    answer = execute("ecs", "DeleteService", params, account, region)
    cluster = cluster_named(backend, params.get("cluster"))
    service = backend.services[f"{cluster.name}:{params['service'].rpartition('/')[2]}"]
    for task in _tasks(backend, service):
        _stop(backend, service, task)
    return answer


def _described(account: str, region: str, service: Service) -> Any:
    asked = {"cluster": service.cluster_arn, "services": [service.name]}
    return execute("ecs", "DescribeServices", asked, account, region)["services"][0]


def _follow(backend: Backend, cluster: Cluster) -> None:
    for service in list(backend.services.values()):
        if service.cluster_name == cluster.name and service.status == "ACTIVE" and service.deployments:
            balance(backend, service)


def balance(backend: Backend, service: Service) -> None:
    """Start and stop tasks, as far as the bounds allow, until there are as many as there are to be.

    Stale are those of earlier deployments, and those on instances that are drained.
    """
    primary = service.deployments[0]
    desired = _desired(backend, service)
    mine = [task for task in _tasks(backend, service) if task.counts]
    fresh = [task for task in mine if task.started_by == primary["id"] and not _is_on_drained(task)]
    stale = [task for task in mine if task not in fresh]
    for task in fresh[desired:]:
        _stop(backend, service, task)
    missing = min(desired - len(fresh), max(_bound(service, desired, _HIGHEST) - len(mine), 0))
    fresh = fresh[:desired] + _start(backend, service, missing)
    for task in _dispensable(fresh, stale, _bound(service, desired, _LOWEST)):
        _stop(backend, service, task)
        stale.remove(task)
    if not stale and len(fresh) == desired and all(task.last_status == "RUNNING" for task in fresh):
        _steady(backend, service)
    _count_tasks(backend, service, desired)


def _start(backend: Backend, service: Service, number: int) -> list[Task]:
    """New tasks of the newest deployment: that many, or as many as there is room for."""
    started: list[Task] = []
    for _ in range(number):
        try:
            task = _started(backend, service)
        except AwsError as error:
            _tell_of_shortage(backend, service, error.message)
            break
        started.append(task)
        vars(service).update(steady=False, short_of=None)
        say(service, f"has started 1 tasks: (task {task.task_arn.rpartition('/')[2]}).")
    return started


def _started(backend: Backend, service: Service) -> Task:
    """One more task. Raises AwsError when there is no room for it, or it cannot be as it is to be.

    The task definition may have been deregistered meanwhile: services go on with theirs.
    """
    cluster, asked = backend.clusters[service.cluster_name], vars(service)["asked"]
    how = replace(
        how_to_start(cluster, asked, definition_there(backend, service.task_definition)),
        group=f"service:{service.name}",
        started_by=service.deployments[0]["id"],
        tags=tuple(service.tags) if asked.get("propagateTags") == "SERVICE" else (),
    )
    if how.launch_type == "FARGATE":
        return start(backend, cluster, how, None)
    wanted = Wanted(
        resources_needed(how.definition, {}),
        how.definition,
        how.group,
        asked.get("placementConstraints") or (),
        asked.get("placementStrategy") or (),
    )
    if service.scheduling_strategy == "DAEMON":
        return start(backend, cluster, how, _without_daemon(backend, service, cluster, wanted))
    placed = place(backend, cluster, wanted)
    if isinstance(placed, Unplaced):
        raise InvalidParameter(placed.failures[0][1])
    return start(backend, cluster, how, placed)


def _without_daemon(
    backend: Backend, service: Service, cluster: Cluster, wanted: Wanted
) -> ContainerInstance:
    """An instance that has no task of the service yet. Raises InvalidParameter."""
    occupied = {id(task.instance) for task in _tasks(backend, service) if task.counts}
    for instance in _active(backend, cluster):
        if id(instance) not in occupied and unsuitable(backend, instance, wanted) is None:
            return instance
    raise InvalidParameter("RESOURCE:*")


def _tell_of_shortage(backend: Backend, service: Service, reason: str) -> None:
    if vars(service)["short_of"] != reason:  # which is told once
        vars(service)["short_of"] = reason
        say(service, _RESOURCES_SHORT.format(reason=reason))
        service_action(backend, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE", reason=reason)


def _dispensable(fresh: list[Task], stale: list[Task], lowest: int) -> list[Task]:
    """The stale tasks that can be stopped now: those that do not run, and what runs above the bound."""
    waiting = [task for task in stale if task.last_status != "RUNNING"]
    running = [task for task in stale if task.last_status == "RUNNING"]
    above = sum(task.last_status == "RUNNING" for task in fresh) + len(running) - lowest
    return waiting + running[: max(above, 0)]


def _steady(backend: Backend, service: Service) -> None:
    if vars(service)["steady"]:
        return
    vars(service)["steady"] = True
    del service.deployments[1:]
    complete_deployment(backend, service)
    say(service, "has reached a steady state.")
    service_action(backend, service, "INFO", "SERVICE_STEADY_STATE")


def _stop(backend: Backend, service: Service, task: Task) -> None:
    vars(service)["steady"] = False
    stop(
        backend,
        task,
        "ServiceSchedulerInitiated",
        f"Scaling activity initiated by (deployment {task.started_by})",
    )
    say(service, f"has stopped 1 running tasks: (task {task.task_arn.rpartition('/')[2]}).")


def _count_tasks(backend: Backend, service: Service, desired: int) -> None:
    tasks = _tasks(backend, service)
    for number, deployment in enumerate(service.deployments):
        states = [task.last_status for task in tasks if task.started_by == deployment["id"]]
        deployment["desiredCount"] = desired if number == 0 else 0
        deployment["runningCount"] = states.count("RUNNING")
        deployment["pendingCount"] = states.count("PENDING") + states.count("PROVISIONING")


def _desired(backend: Backend, service: Service) -> int:
    if service.scheduling_strategy == "DAEMON":
        return len(_active(backend, backend.clusters[service.cluster_name]))
    desired: int = service.desired_count
    return desired


def _active(backend: Backend, cluster: Cluster) -> list[ContainerInstance]:
    return [
        each for each in registered_in(backend, cluster) if each.status == "ACTIVE" and each.agent_connected
    ]


def _bound(service: Service, desired: int, bound: _Bound) -> int:
    said = vars(service)["asked"].get("deploymentConfiguration") or {}
    percent: int = said.get(bound.name, bound.otherwise[service.scheduling_strategy])
    return bound.rounded(desired * percent / _PERCENT)


def _is_on_drained(task: Task) -> bool:
    return task.instance is not None and task.instance.status != "ACTIVE"


def _tasks(backend: Backend, service: Service) -> list[Task]:
    cluster = backend.clusters[service.cluster_name]
    return [task for task in tasks_of(backend, cluster) if task.group == f"service:{service.name}"]
