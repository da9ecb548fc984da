"""Services: who answers the calls of each, windsock itself, a simulation, or a real endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.console.view_marks import view
from windsock.console.visits import Visit


@view("Services")
async def services(visit: Visit) -> Mapping[str, Any]:
    """Every service that is answered."""
    engine = visit.engine
    upstreams = {name: upstream.endpoint for name, upstream in engine.settings.upstreams.items()}
    return {"ways": engine.routes.ways(), "upstreams": upstreams}
