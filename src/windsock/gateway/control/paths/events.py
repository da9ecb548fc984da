"""The journal: what became of events, and why a rule did or did not match."""

from __future__ import annotations

from typing import Any, Final

from windsock.gateway.control.asked import Asked, ControlError, NotThere
from windsock.gateway.control.path import control_path

_MOST: Final = 1000
_DEFAULT: Final = 20


@control_path("events")
async def events(asked: Asked) -> dict[str, Any]:
    """The `limit` newest events of a scope, or those with an `id`, each with its way."""
    from windsock.gateway import ways  # here: a start loads no services

    scope, event_id = asked.scope, asked.query.get("id")
    if event_id is None:
        return {"events": ways.latest(asked.engine, scope, asked.number("limit", _DEFAULT, _MOST))}
    found = ways.way_of(asked.engine, scope, event_id)
    if not found:
        raise NotThere(
            f"The journal of account {scope.account}, region {scope.region} has no event {event_id}."
        )
    return {"events": found}


@control_path("why")
async def why(asked: Asked) -> dict[str, Any]:
    """Field by field, why the rule `rule` of `bus` did or did not match the event `event`."""
    from windsock.gateway import ways

    query = asked.query
    if "event" not in query or "rule" not in query:
        raise ControlError("Say which event and which rule: ?event=ID&rule=NAME[&bus=NAME].")
    bus = query.get("bus", "default")
    return ways.why(asked.engine, asked.scope, query["event"], query["rule"], bus)
