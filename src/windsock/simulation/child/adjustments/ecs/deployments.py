"""Deployments of services, and what is told of them: each is in progress until the service is steady.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.utils import utcnow
from moto.ecs.models import Service
from moto.moto_api._internal import mock_random

from windsock.simulation.child.adjustments.ecs.state import Backend
from windsock.simulation.child.observed import happened

# How many of a service's messages are kept.
_MESSAGES: Final = 100


def begin_deployment(backend: Backend, service: Service) -> None:
    """The service is to have other tasks than before."""
    for deployment in service.deployments:
        deployment["status"] = "ACTIVE"
    identity = f"ecs-svc/{mock_random.randint(10**18, 10**19)}"
    now = utcnow()
    service.deployments.insert(
        0,
        {
            "id": identity,
            "status": "PRIMARY",
            "taskDefinition": service.task_definition,
            "desiredCount": service.desired_count,
            "pendingCount": 0,
            "runningCount": 0,
            "failedTasks": 0,
            "createdAt": now,
            "updatedAt": now,
            "launchType": service.launch_type,
            "platformVersion": service.platform_version,
            "networkConfiguration": service.network_configuration or None,
        },
    )
    _roll(backend, service, "IN_PROGRESS", f"ECS deployment {identity} in progress.")


def complete_deployment(backend: Backend, service: Service) -> None:
    """The tasks of the newest deployment run, and no others."""
    primary = service.deployments[0]
    if primary["rolloutState"] != "COMPLETED":
        _roll(backend, service, "COMPLETED", f"ECS deployment {primary['id']} completed.")
        say(service, f"(deployment {primary['id']}) deployment completed.")


def _roll(backend: Backend, service: Service, state: str, reason: str) -> None:
    deployment = service.deployments[0]
    deployment |= {"rolloutState": state, "rolloutStateReason": reason, "updatedAt": utcnow()}
    happened(
        "ecs.deployment",
        backend.account_id,
        backend.region_name,
        service=service.arn,
        deployment=deployment["id"],
        state=state,
        reason=reason,
        updated=deployment["updatedAt"],
    )


def service_action(backend: Backend, service: Service, kind: str, name: str, **more: Any) -> None:
    """Tell what became of a service: `kind` is `INFO`, `WARN` or `ERROR`."""
    happened(
        "ecs.service-action",
        backend.account_id,
        backend.region_name,
        service=service.arn,
        cluster=service.cluster_arn,
        kind=kind,
        event=name,
        created=utcnow(),
        more=more,
    )


def say(service: Service, text: str) -> None:
    """A message among those that DescribeServices tells of a service."""
    message = {
        "id": str(mock_random.uuid4()),
        "createdAt": utcnow(),
        "message": f"(service {service.name}) {text}",
    }
    service.events.insert(0, message)
    del service.events[_MESSAGES:]
