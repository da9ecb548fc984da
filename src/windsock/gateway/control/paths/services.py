"""Who answers which service."""

from __future__ import annotations

from typing import Any

from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import control_path


@control_path("services")
async def services(asked: Asked) -> dict[str, Any]:
    """How each service is answered, and the endpoints of those that are passed on."""
    engine = asked.engine
    upstreams = {service: upstream.endpoint for service, upstream in engine.settings.upstreams.items()}
    return {"services": engine.routes.ways(), "upstreams": upstreams}
