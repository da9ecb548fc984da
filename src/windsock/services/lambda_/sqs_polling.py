"""Event source mappings at work: messages of a queue, in batches, to a function.

A mapping polls as long as it is enabled; that it does is a task, so it goes on after a restart. Messages stay
in their queue until the function has had them: what fails comes again when its visibility timeout ends.
Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import AwsError, InternalFailure
from windsock.kernel.ids import uuid4
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import TooManyRequests
from windsock.services.lambda_.event_source_rows import find_mapping
from windsock.services.lambda_.execution_role import as_function
from windsock.services.lambda_.limits import (
    POLL_AGAIN_AFTER_ERROR,
    POLL_AGAIN_AFTER_NOTHING,
    POLL_AGAIN_AFTER_THROTTLE,
    SQS_BATCHES_AT_ONCE,
    SYNCHRONOUS_PAYLOAD,
)
from windsock.services.lambda_.names import FunctionName
from windsock.services.lambda_.record_filters import RecordFilters
from windsock.services.lambda_.runs import FunctionRuns
from windsock.services.lambda_.sqs_records import record_of, succeeded
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND: Final = "lambda.poll"
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
_MESSAGES_PER_CALL: Final = 10


def begin_polling(engine: Engine, tx: Transaction, scope: Scope, uuid: str) -> None:
    """Have a mapping poll after the commit, once what it polled before is over."""
    engine.tasks.add(
        tx, scope, kind=KIND, lane=f"lambda-poll:{uuid}", payload=orjson.dumps({"uuid": uuid}), ordered=True
    )


def end_polling(engine: Engine, tx: Transaction, uuid: str) -> None:
    """Have a mapping stop polling after the commit; batches under way are finished."""
    polls = engine.part(Polls)
    tx.after_commit(lambda: polls.end(uuid))


@task_kind
class Polling(TaskKind):
    """One mapping, for as long as it stays as it is."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        uuid = task.data()["uuid"]
        row = engine.store.read(lambda tx: find_mapping(tx, task.scope, uuid))
        if row is None or not row.enabled:
            return
        poll = engine.part(Polls).begin(uuid, SqsPoll(engine, row).run())
        with engine.activity.resting():
            await asyncio.wait({poll})
        if not poll.cancelled():
            poll.result()

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + POLL_AGAIN_AFTER_ERROR * 1000


class Polls:
    """The mappings that poll, and the batches under way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._batches: set[asyncio.Task[None]] = set()
        engine.on_stop(self._stop)

    def begin(self, uuid: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run the poll of a mapping until it is ended."""
        poll = self._polls[uuid] = self._start(work)
        return poll

    def end(self, uuid: str) -> None:
        """End the poll of a mapping; one that does not poll is no error."""
        poll = self._polls.pop(uuid, None)
        if poll is not None:
            poll.cancel()

    def batch(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a batch to its end, whatever becomes of the poll it came from."""
        batch = self._start(work)
        self._batches.add(batch)
        batch.add_done_callback(self._batches.discard)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        # Busy from now on, and not only once the loop gets to it.
        self._engine.activity.begin()
        started = asyncio.create_task(work)
        started.add_done_callback(lambda _done: self._engine.activity.end())
        return started

    async def _stop(self) -> None:
        under_way = [*self._polls.values(), *self._batches]
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


class SqsPoll:
    """The poll of one mapping: waits for messages, gathers batches, hands them to the function."""

    def __init__(self, engine: Engine, row: Row) -> None:
        queue = parse_arn(row.source)
        if queue is None:
            raise InternalFailure(f"The event source mapping {row.uuid} has no queue.")
        settings: dict[str, Any] = orjson.loads(row.settings)
        self._engine = engine
        self._queue: Arn = queue
        self._function = FunctionName(Scope(row.account, row.region), row.function, row.qualifier or None)
        self._size: int = settings["BatchSize"]
        self._window_ms: int = settings["MaximumBatchingWindowInSeconds"] * 1000
        self._reports_failures = "ReportBatchItemFailures" in settings.get("FunctionResponseTypes", ())
        self._filters = RecordFilters(settings.get("FilterCriteria", {}))
        at_once = settings.get("ScalingConfig", {}).get("MaximumConcurrency", SQS_BATCHES_AT_ONCE)
        self._room = asyncio.Semaphore(at_once)

    async def run(self) -> None:
        """Poll until cancelled."""
        polls = self._engine.part(Polls)
        while True:
            await self._room.acquire()
            try:
                records = await self._gather()
            except AwsError as error:
                self._room.release()
                log.warning("an event source could not be polled", source=str(self._queue), error=str(error))
                await self._pause(POLL_AGAIN_AFTER_ERROR)
                continue
            except asyncio.CancelledError:
                self._room.release()
                raise
            polls.batch(self._hand_over(records))

    async def _gather(self) -> list[dict[str, Any]]:
        """The records of one batch: the first that come, and what comes within the window after them."""
        records: list[dict[str, Any]] = []
        until_ms: int | None = None
        waited = False
        while True:
            received = await self._receive(min(_MESSAGES_PER_CALL, self._size - len(records)))
            records += await self._kept(received)
            now = self._engine.clock.now_ms()
            if records and until_ms is None:
                until_ms = now + self._window_ms
            full = len(records) >= self._size
            if full or (until_ms is not None and until_ms <= now):
                return records
            if received:
                waited = False
            elif waited:
                # There was something, and somebody else took it or the queue holds it back.
                waited = False
                await self._pause(POLL_AGAIN_AFTER_NOTHING)
            else:
                waited = True
                await self._wait_for_messages(until_ms)

    async def _wait_for_messages(self, until_ms: int | None) -> None:
        params: dict[str, Any] = {"QueueUrl": self._url()}
        if until_ms is not None:
            params["UntilMs"] = until_ms
        with self._engine.activity.resting():
            await self._call("AwaitMessages", params)

    async def _receive(self, most: int) -> list[dict[str, Any]]:
        answer = await self._call(
            "ReceiveMessage",
            {
                "QueueUrl": self._url(),
                "MaxNumberOfMessages": most,
                "WaitTimeSeconds": 0,
                "AttributeNames": ["All"],
                "MessageAttributeNames": ["All"],
            },
        )
        return [record_of(message, self._queue) for message in answer.get("Messages", ())]

    async def _kept(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The records that pass the filters; the others leave the queue."""
        passing = [record for record in records if self._filters.pass_(record)]
        if len(passing) < len(records):
            await self._delete([record for record in records if not self._filters.pass_(record)])
        return passing

    async def _hand_over(self, records: list[dict[str, Any]]) -> None:
        try:
            for part in _within_payload(records):
                await self._invoke(part)
        except TooManyRequests:
            await self._pause(POLL_AGAIN_AFTER_THROTTLE)
        except AwsError as error:
            log.warning(
                "a batch failed", function=self._function.arn, source=str(self._queue), error=str(error)
            )
            await self._pause(POLL_AGAIN_AFTER_THROTTLE)
        finally:
            self._room.release()

    async def _invoke(self, records: list[dict[str, Any]]) -> None:
        payload = orjson.dumps({"Records": records})
        run = await self._engine.part(FunctionRuns).run(self._function, uuid4(), payload)
        done = succeeded(run.outcome, records, reports_failures=self._reports_failures)
        if done:
            await self._delete(done)

    async def _delete(self, records: Sequence[Any]) -> None:
        for start in range(0, len(records), _MESSAGES_PER_CALL):
            entries = [
                {"Id": str(number), "ReceiptHandle": record["receiptHandle"]}
                for number, record in enumerate(records[start : start + _MESSAGES_PER_CALL])
            ]
            await self._call("DeleteMessageBatch", {"QueueUrl": self._url(), "Entries": entries})

    async def _pause(self, seconds: int) -> None:
        clock = self._engine.clock
        with self._engine.activity.resting():
            await clock.wait(asyncio.Event(), clock.now_ms() + seconds * 1000)

    async def _call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        caller = as_function(self._engine, self._function)
        answer = await self._engine.call("sqs", operation, params, caller=caller, scope=self._queue.scope)
        return answer or {}

    def _url(self) -> str:
        return f"/{self._queue.account}/{self._queue.resource}"


def _within_payload(records: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The records in as few parts as an invocation's payload allows."""
    part: list[dict[str, Any]] = []
    size = 0
    for record in records:
        length = len(orjson.dumps(record)) + 16
        if part and size + length > SYNCHRONOUS_PAYLOAD:
            yield part
            part, size = [], 0
        part.append(record)
        size += length
    if part:
        yield part
