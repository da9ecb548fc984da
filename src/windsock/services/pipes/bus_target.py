"""Event buses as targets of pipes.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetEventBridgeEventBusParameters.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from windsock.engine.engine import Engine
from windsock.engine.targets import TargetError
from windsock.kernel.errors import ValidationError
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, chunks, dynamic


class BusTarget(TargetKind):
    """Puts each event on the bus, as its detail."""

    service = "events"
    operation = "PutEvents"

    def check(self, pipe: PipeDefinition) -> None:
        if "EndpointId" in pipe.parameters.get("EventBridgeEventBusParameters", {}):
            raise ValidationError("windsock has no global endpoints yet.")

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        failed: set[int] = set()
        for first, part in chunks(batch):
            answer = await engine.call(
                self.service,
                self.operation,
                {"Entries": [_entry(pipe, each) for each in part]},
                caller=pipe.caller,
                scope=pipe.target.scope,
                cause=cause,
            )
            entries = (answer or {}).get("Entries", ())
            failed |= {first + number for number, entry in enumerate(entries) if "ErrorCode" in entry}
        return failed


def _entry(pipe: PipeDefinition, each: Outgoing) -> dict[str, Any]:
    given = pipe.parameters.get("EventBridgeEventBusParameters", {})
    entry: dict[str, Any] = {
        "EventBusName": str(pipe.target),
        "Source": dynamic(given.get("Source") or f"Pipe {pipe.name}", each.event),
        "DetailType": dynamic(given.get("DetailType") or "Event from aws:sqs", each.event),
        "Resources": [dynamic(resource, each.event) for resource in given.get("Resources", ())],
        "Detail": each.text,
    }
    if "Time" in given:
        entry["Time"] = _instant(dynamic(given["Time"], each.event))
    return entry


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TargetError("INVALID_PARAMETER", f"{text} is no instant.", retryable=False) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
