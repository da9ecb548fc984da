"""Putting in the events that AWS Health would announce."""

from __future__ import annotations

from typing import Any

from windsock.engine.calls import Caller
from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import control_path


@control_path("health-events", "POST")
async def put_health_event(asked: Asked) -> dict[str, Any]:
    """Announce the event in the body; its ARN."""
    caller = Caller.root(asked.scope.account)
    params = {"Event": asked.body}
    answer = await asked.engine.call("health", "PutHealthEvent", params, caller=caller, scope=asked.scope)
    return answer or {}
