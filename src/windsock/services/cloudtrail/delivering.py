"""Delivering a trail's events: gzipped files to its bucket, a message to its topic, lines to its log group.

A trail delivers about every five minutes while something is called.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail import digest_rows, outcomes, trail_rows
from windsock.services.cloudtrail.active_trails import TrailKey
from windsock.services.cloudtrail.limits import DELIVERY_MS, EVENTS_PER_FILE, RETRY_MS
from windsock.services.cloudtrail.log_files import LogFile
from windsock.services.cloudtrail.placing import SERVICE, Placing, log_stream, put_file, trail_caller
from windsock.services.cloudtrail.tables import deliveries, events
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

KIND: Final = "cloudtrail.delivery"
# What a PutLogEvents call takes: events, and bytes with 26 of overhead each.
_LINES_AT_ONCE: Final = 10_000
_LINE_BYTES_AT_ONCE: Final = 1_048_576 - 65_536
_LINE_OVERHEAD: Final = 26

_INSERT = Statement(sa.insert(deliveries))
_OF_TRAIL = (
    deliveries.c.account == sa.bindparam("account"),
    deliveries.c.region == sa.bindparam("region"),
    deliveries.c.trail == sa.bindparam("of_trail"),
)
_PENDING = Statement(
    sa.select(events.c.id, events.c.account, events.c.region, events.c.time_ms, events.c.body)
    .join(
        deliveries,
        sa.and_(
            events.c.account == deliveries.c.event_account,
            events.c.region == deliveries.c.event_region,
            events.c.id == deliveries.c.event,
        ),
    )
    .where(*_OF_TRAIL)
    .order_by(deliveries.c.event)
    .limit(EVENTS_PER_FILE)
)
_DELIVERED = Statement(sa.delete(deliveries).where(*_OF_TRAIL, deliveries.c.event <= sa.bindparam("last")))
_ABANDON = Statement(sa.delete(deliveries).where(*_OF_TRAIL))


def accept(engine: Engine, tx: Transaction, covered: Iterable[tuple[TrailKey, str, Scope]]) -> None:
    """Have events (row id, account and region) delivered by trails, at the next round of each."""
    rows: list[dict[str, Any]] = []
    trails: set[TrailKey] = set()
    for trail, row_id, of in covered:
        trails.add(trail)
        event = {"event": row_id, "event_account": of.account, "event_region": of.region}
        rows.append({**trail.scope.columns, "trail": trail.name, **event})
    if rows:
        tx.execute_many(_INSERT, rows)
    due = (engine.clock.now_ms() // DELIVERY_MS + 1) * DELIVERY_MS
    for trail in trails:
        engine.timers.set(tx, trail.scope, KIND, trail.name, due)


def abandon(tx: Transaction, scope: Scope, name: str) -> None:
    """Deliver nothing more of a trail that is gone."""
    tx.execute(_ABANDON, {**scope.columns, "of_trail": name})


@timer_kind
class DeliveryRound(TimerKind):
    """Has a trail deliver what has gathered."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        _deliver(engine, tx, timer.scope, timer.key, timer.due_ms)


def _deliver(engine: Engine, tx: Transaction, scope: Scope, name: str, round_ms: int) -> None:
    lane = scope.arn("cloudtrail", f"trail/{name}")
    payload = orjson.dumps({"trail": name, "round_ms": round_ms})
    engine.tasks.add(tx, scope, kind=KIND, lane=lane, payload=payload, ordered=True)


@task_kind
class TrailDelivery(TaskKind):
    """Delivers up to a file's worth of a trail's events, and goes on while there are more."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        name, round_ms = data["trail"], data["round_ms"]
        trail, pending = engine.store.read(lambda tx: _pending(tx, task.scope, name))
        if trail is None or not pending:
            return
        outcome, files = await _delivered(engine, trail, pending, round_ms)

        def note(tx: Transaction) -> None:
            tx.execute(_DELIVERED, {**task.scope.columns, "of_trail": name, "last": pending[-1].id})
            outcomes.note(tx, task.scope, name, outcome)
            digest_rows.note_files(tx, task.scope, name, files, engine.clock.now_ms())
            if len(pending) == EVENTS_PER_FILE:
                _deliver(engine, tx, task.scope, name, round_ms)
            engine.tasks.complete(tx, task)

        await engine.store.write(note)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + RETRY_MS


def _pending(tx: Any, scope: Scope, name: str) -> tuple[Row | None, list[Row]]:
    trail = trail_rows.find(tx, scope, name)
    return trail, tx.rows(_PENDING, {**scope.columns, "of_trail": name})


async def _delivered(
    engine: Engine, trail: Row, pending: list[Row], round_ms: int
) -> tuple[dict[str, Any], list[LogFile]]:
    """Deliver everywhere; what GetTrailStatus tells of it afterwards, and the files that are there."""
    by_scope: defaultdict[Scope, list[Row]] = defaultdict(list)
    for event in pending:
        by_scope[Scope(event.account, event.region)].append(event)
    settings = orjson.loads(trail.body)
    outcome: dict[str, Any] = {}
    files: list[LogFile] = []
    for (account, region), some in by_scope.items():
        file = LogFile(trail, settings, account, region, round_ms, some)
        outcome |= await outcomes.attempt(engine, "Delivery", _to_bucket(engine, file))
        if not outcome["LatestDeliveryError"]:
            files.append(file)
            if settings.get("SnsTopicARN"):
                outcome |= await outcomes.attempt(engine, "Notification", _to_topic(engine, file))
        if settings.get("CloudWatchLogsLogGroupArn"):
            outcome |= await outcomes.attempt(engine, "CloudWatchLogsDelivery", _to_log_group(engine, file))
    return outcome, files


async def _to_bucket(engine: Engine, file: LogFile) -> None:
    await put_file(engine, Placing(file.home, file.trail.name, file.settings), file.key, file.content)


async def _to_topic(engine: Engine, file: LogFile) -> None:
    arn = file.settings["SnsTopicARN"]
    message = {"s3Bucket": file.bucket, "s3ObjectKey": [file.key]}
    topic = parse_arn(arn)
    await engine.call(
        "sns",
        "Publish",
        {"TopicArn": arn, "Message": orjson.dumps(message).decode()},
        caller=trail_caller(file.home, file.trail.name),
        scope=topic.scope if topic else file.home,
    )


async def _to_log_group(engine: Engine, file: LogFile) -> None:
    """One line an event, in a stream named after the trail's home region, as the trail's role."""
    settings, group = file.settings, parse_arn(file.settings["CloudWatchLogsLogGroupArn"])
    if group is None:
        return
    names = log_stream(group, file.account, file.home, file.settings)
    caller = Caller.role(
        settings["CloudWatchLogsRoleArn"], file.home.account, SERVICE, trail_rows.trail_arn(file.trail)
    )
    try:
        await engine.call("logs", "CreateLogStream", names, caller=caller, scope=group.scope)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
    for lines in _portions(file.events):
        await engine.call(
            "logs", "PutLogEvents", {**names, "logEvents": lines}, caller=caller, scope=group.scope
        )


def _portions(some: Iterable[Row]) -> Iterable[list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []
    size = 0
    for event in some:
        length = len(event.body) + _LINE_OVERHEAD
        if lines and (len(lines) == _LINES_AT_ONCE or size + length > _LINE_BYTES_AT_ONCE):
            yield lines
            lines, size = [], 0
        lines.append({"timestamp": event.time_ms, "message": event.body.decode()})
        size += length
    yield lines
