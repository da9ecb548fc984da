"""CloudWatch Logs log groups as targets of pipes.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetCloudWatchLogsParameters.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from windsock.engine.dynamic_parameters import resolved
from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn
from windsock.kernel.errors import AwsError
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.limits import LOG_EVENTS_AT_ONCE
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, pipe_target


@pipe_target
class LogGroupTarget(TargetKind):
    """Writes each event as a log event, into the stream named, by a path even, or one of the pipe's own."""

    service = "logs"
    operation = "PutLogEvents"
    most = LOG_EVENTS_AT_ONCE

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "logs" and arn.resource.startswith("log-group:")

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        given = pipe.parameters.get("CloudWatchLogsParameters", {})
        group = pipe.target.resource.removeprefix("log-group:").removesuffix(":*")
        now = engine.clock.now_ms()
        streams: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for each in batch:
            stamp = _timestamp(given.get("Timestamp"), each, now)
            stream = resolved(given.get("LogStreamName") or pipe.name, each.event)
            streams[stream].append({"timestamp": stamp, "message": each.text})
        for stream, events in streams.items():
            place = {"logGroupName": group, "logStreamName": stream}
            if "LogStreamName" not in given:
                await _make_stream(engine, pipe, place, cause)
            await self.call(
                engine, pipe, {**place, "logEvents": sorted(events, key=itemgetter("timestamp"))}, cause
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
    text = resolved(path, each.event) if path else ""
    return int(text) if text.isdecimal() else now_ms
