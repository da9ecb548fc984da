"""An SQS queue as a source: its messages are taken in batches, and deleted once they are dealt with.

A message whose batch failed is left to the queue: it is visible again after the visibility timeout, and goes
where the redrive policy says.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from windsock.engine.engine import Engine
from windsock.engine.operations import Result
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.limits import ENTRIES_AT_ONCE
from windsock.services.pipes.records import Record, record_of


class QueueSource:
    """The queue that a pipe reads. Every method raises AwsError as SQS does."""

    def __init__(self, engine: Engine, pipe: PipeDefinition, cause: str) -> None:
        self._engine = engine
        self._pipe = pipe
        self._cause = cause
        self._url = f"/{pipe.source.account}/{pipe.source.resource}"

    async def batch(self, changed: asyncio.Event) -> list[Record]:
        """The next batch; none when `changed` is set before there is one."""
        records: list[Record] = []
        until_ms: int | None = None
        while len(records) < self._pipe.batch_size:
            found = await self._receive(self._pipe.batch_size - len(records))
            records += found
            if records and until_ms is None:
                until_ms = self._engine.clock.now_ms() + self._pipe.window_ms
            if changed.is_set() or (until_ms is not None and self._engine.clock.now_ms() >= until_ms):
                break
            if not found:
                await self._wait(changed, until_ms)
        return records

    async def delete(self, records: Sequence[Record]) -> None:
        """Delete messages that are dealt with."""
        for first in range(0, len(records), ENTRIES_AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": record["receiptHandle"]}
                for number, record in enumerate(records[first : first + ENTRIES_AT_ONCE])
            ]
            await self._call("DeleteMessageBatch", Entries=entries)

    async def _receive(self, most: int) -> list[Record]:
        answer = await self._call(
            "ReceiveMessage",
            MaxNumberOfMessages=min(most, ENTRIES_AT_ONCE),
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return [record_of(message, self._pipe.source) for message in (answer or {}).get("Messages", ())]

    async def _wait(self, changed: asyncio.Event, until_ms: int | None) -> None:
        """Until a message may be received, `until_ms` or `changed`, whichever is first."""
        message = asyncio.ensure_future(self._call("AwaitMessages", UntilMs=until_ms))
        change = asyncio.ensure_future(changed.wait())
        try:
            with self._engine.activity.resting():
                await asyncio.wait((message, change), return_when=asyncio.FIRST_COMPLETED)
            if message.done():
                message.result()
        finally:
            for waiter in (message, change):
                waiter.cancel()
            await asyncio.gather(message, change, return_exceptions=True)

    async def _call(self, operation: str, **params: Any) -> Result:
        return await self._engine.call(
            "sqs",
            operation,
            {"QueueUrl": self._url, **params},
            caller=self._pipe.caller,
            scope=self._pipe.source.scope,
            cause=self._cause,
        )
