"""CloudWatch Logs log groups as targets of pipes.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetCloudWatchLogsParameters.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from windsock.engine.engine import Engine
from windsock.kernel.errors import AwsError
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, dynamic


class LogGroupTarget(TargetKind):
    """Writes each event as a log event, into the stream named or one of the pipe's own."""

    service = "logs"
    operation = "PutLogEvents"

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        given = pipe.parameters.get("CloudWatchLogsParameters", {})
        place = {
            "logGroupName": pipe.target.resource.removeprefix("log-group:").removesuffix(":*"),
            "logStreamName": given.get("LogStreamName") or pipe.name,
        }
        if "LogStreamName" not in given:
            await _make_stream(engine, pipe, place, cause)
        now = engine.clock.now_ms()
        events: list[dict[str, Any]] = [
            {"timestamp": _timestamp(given.get("Timestamp"), each, now), "message": each.text}
            for each in batch
        ]
        events.sort(key=lambda event: event["timestamp"])
        await engine.call(
            self.service,
            self.operation,
            {**place, "logEvents": events},
            caller=pipe.caller,
            scope=pipe.target.scope,
            cause=cause,
        )
        return set()


async def _make_stream(engine: Engine, pipe: PipeDefinition, place: dict[str, str], cause: str) -> None:
    try:
        await engine.call(
            "logs", "CreateLogStream", place, caller=pipe.caller, scope=pipe.target.scope, cause=cause
        )
    except AwsError as error:
        # All batches but the first find it there.
        if error.code != "ResourceAlreadyExistsException":
            raise


def _timestamp(path: str | None, each: Outgoing, now_ms: int) -> int:
    """What the path leads to, if that is milliseconds since 1970; else the present instant."""
    text = dynamic(path, each.event) if path else ""
    return int(text) if text.isdecimal() else now_ms
