"""Event buses as targets of pipes.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetEventBridgeEventBusParameters.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from windsock.engine.dynamic_parameters import resolved
from windsock.engine.engine import Engine
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.kernel.errors import ValidationError
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.limits import ENTRIES_AT_ONCE
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, pipe_target


@pipe_target
class BusTarget(TargetKind):
    """Puts each event on the bus, as its detail: "Event bus in the same account and Region"."""

    service = "events"
    operation = "PutEvents"
    most = ENTRIES_AT_ONCE

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "events" and arn.resource.startswith("event-bus/")

    def check(self, pipe: PipeDefinition) -> None:
        if pipe.target.scope != pipe.scope:
            raise ValidationError(f"{pipe.target} cannot be a target: it is of another account or region.")
        if "EndpointId" in pipe.parameters.get("EventBridgeEventBusParameters", {}):
            raise ValidationError("windsock has no global endpoints yet.")

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        answer = await self.call(engine, pipe, {"Entries": [_entry(pipe, each) for each in batch]}, cause)
        entries = answer.get("Entries", ())
        return {number for number, entry in enumerate(entries) if "ErrorCode" in entry}


def _entry(pipe: PipeDefinition, each: Outgoing) -> dict[str, Any]:
    given = pipe.parameters.get("EventBridgeEventBusParameters", {})
    entry: dict[str, Any] = {
        "EventBusName": str(pipe.target),
        "Source": resolved(given.get("Source") or f"Pipe {pipe.name}", each.event),
        "DetailType": resolved(given.get("DetailType") or "Event from aws:sqs", each.event),
        "Resources": [resolved(resource, each.event) for resource in given.get("Resources", ())],
        "Detail": each.text,
    }
    if "Time" in given:
        entry["Time"] = _instant(resolved(given["Time"], each.event))
    return entry


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TargetError("INVALID_PARAMETER", f"{text} is no instant.", retryable=False) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
