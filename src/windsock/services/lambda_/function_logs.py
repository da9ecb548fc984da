"""What functions print, on its way to their log groups.

An invocation is answered before its lines are stored; lines of one stream keep their order. Groups and
streams are created when they are missing.
Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.services.lambda_.execution_role import as_function
from windsock.services.lambda_.names import FunctionName

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
_EVENTS_PER_PUT: Final = 10_000
_BYTES_PER_PUT: Final = 1_048_576
_BYTES_PER_EVENT: Final = 26
_LONGEST_LINE: Final = 65_536


class Stream(NamedTuple):
    """One log stream, and the function that writes to it."""

    function: FunctionName
    group: str
    name: str


class FunctionLogs:
    """Writes lines to log streams, each stream by a task of its own that lives while there is something."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: dict[Stream, deque[list[dict[str, Any]]]] = {}
        self._writers: set[asyncio.Task[None]] = set()
        engine.on_stop(self._finish)

    def write(self, stream: Stream, text: str) -> None:
        """Have every line of `text` written as one event of the present instant."""
        events = _events(text, self._engine.clock.now_ms())
        if not events:
            return
        waiting = self._waiting.get(stream)
        if waiting is not None:
            waiting.append(events)
            return
        self._waiting[stream] = deque([events])
        self._engine.activity.begin()
        writer = asyncio.create_task(self._work(stream))
        self._writers.add(writer)
        writer.add_done_callback(self._writers.discard)

    async def _work(self, stream: Stream) -> None:
        waiting = self._waiting[stream]
        try:
            while waiting:
                for batch in _batches(waiting.popleft()):
                    await self._put(stream, batch)
        except AwsError as error:
            log.warning("log lines were lost", group=stream.group, stream=stream.name, error=str(error))
        finally:
            del self._waiting[stream]
            self._engine.activity.end()

    async def _put(self, stream: Stream, events: list[dict[str, Any]]) -> None:
        put = {"logGroupName": stream.group, "logStreamName": stream.name, "logEvents": events}
        try:
            await self._call(stream, "PutLogEvents", put)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise
            await self._create(stream)
            await self._call(stream, "PutLogEvents", put)

    async def _create(self, stream: Stream) -> None:
        group = {"logGroupName": stream.group}
        for operation, params in (
            ("CreateLogGroup", group),
            ("CreateLogStream", group | {"logStreamName": stream.name}),
        ):
            try:
                await self._call(stream, operation, params)
            except AwsError as error:
                if error.code != "ResourceAlreadyExistsException":
                    raise

    async def _call(self, stream: Stream, operation: str, params: dict[str, Any]) -> None:
        caller, scope = as_function(self._engine, stream.function), stream.function.scope
        await self._engine.call("logs", operation, params, caller=caller, scope=scope)

    async def _finish(self) -> None:
        await asyncio.gather(*self._writers, return_exceptions=True)


def _events(text: str, now_ms: int) -> list[dict[str, Any]]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [
        {"timestamp": now_ms, "message": f"{line[start : start + _LONGEST_LINE]}\n"}
        for line in lines
        for start in range(0, max(len(line), 1), _LONGEST_LINE)
    ]


def _batches(events: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for event in events:
        bytes_of_event = len(event["message"].encode()) + _BYTES_PER_EVENT
        if batch and (len(batch) == _EVENTS_PER_PUT or size + bytes_of_event > _BYTES_PER_PUT):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += bytes_of_event
    if batch:
        yield batch
