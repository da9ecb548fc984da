"""Receiving an event that a rule of another bus forwarded.

`ForwardEvent` is no operation of AWS's API and cannot be reached from outside: it is the call that
the event-bus target makes. The event keeps its id, account, region, time and resources.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Result, command
from windsock.kernel.errors import AwsError
from windsock.services.events import routing
from windsock.services.events.bus_access import may_put_event


@command("ForwardEvent")
def forward_event(ctx: Command, params: Any) -> Result:
    """Accept `params`: `Bus` (name), `Event` (the object), `Body` (its JSON text), `Hops`."""
    bus: str = params["Bus"]
    caller = ctx.call.caller
    event = params["Event"]
    if not may_put_event(ctx, ctx.scope, bus, event["source"], event["detail-type"]):
        raise AwsError(
            f"{caller.account} is not authorized to perform: events:PutEvents on resource: "
            f"{ctx.scope.arn('events', f'event-bus/{bus}')}",
            code="AccessDeniedException",
        )
    incoming = routing.Incoming(bus, event, params["Body"], cause=ctx.call.cause, hops=params["Hops"])
    routing.to_bus(ctx.engine, ctx.tx, ctx.scope, [incoming])
    return None
