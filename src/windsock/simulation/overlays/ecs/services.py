"""Services: what becomes of them and of their deployments is announced.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
"""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_seconds, to_ms
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.ecs.details import as_detail
from windsock.store.transaction import Transaction

_SOURCE = "aws.ecs"


@on("ecs.service-action")
def service_acted(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A service is steady, or cannot place a task."""
    facts = happening.facts
    detail = {
        "eventType": facts["kind"],
        "eventName": facts["event"],
        "clusterArn": facts["cluster"],
        **facts["more"],
        "createdAt": facts["created"],
    }
    event = PlatformEvent(_SOURCE, "ECS Service Action", as_detail(detail, frozenset()), [facts["service"]])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)


@on("ecs.deployment")
def deployment_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A deployment began or is complete."""
    facts = happening.facts
    detail = {
        "eventType": "INFO",
        "eventName": f"SERVICE_DEPLOYMENT_{facts['state']}",
        "deploymentId": facts["deployment"],
        "updatedAt": iso_seconds(to_ms(facts["updated"])),
        "reason": facts["reason"],
    }
    event = PlatformEvent(_SOURCE, "ECS Deployment State Change", detail, [facts["service"]])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
