"""What subscription filters match, sent on as it comes in.

The form of what is sent: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html;
for how long that is tried: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command
from windsock.engine.retries import as_target_error, next_attempt
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.languages.filters import LogFilter
from windsock.services.logs.names import group_arn
from windsock.services.logs.positions import Position, event_id
from windsock.services.logs.subscription_receivers import Place, place_of, send
from windsock.services.logs.tables import subscription_filters as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "logs.subscription"

_OF_GROUP = Statement(
    sa.select(table.c.name, table.c.pattern, table.c.destination_arn, table.c.role_arn, table.c.distribution)
    .where(
        *in_scope(table),
        table.c.group_name == sa.bindparam("of_group"),
    )
    .order_by(table.c.name)
)


@dataclass(frozen=True, slots=True)
class _Subscription:
    """A subscription filter. `names_fields` is whether its pattern gives names to the words of a line."""

    row: Row
    pattern: LogFilter
    names_fields: bool

    def matched(self, group: Row, numbered: Sequence[tuple[int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
        """The events that match, as receivers are told of them."""
        return [
            {
                "id": event_id(group.id, Position(event["timestamp"], seq)),
                "timestamp": event["timestamp"],
                "message": event["message"],
                **self._extracted(event["message"]),
            }
            for seq, event in numbered
            if self.pattern.accepts(event["message"])
        ]

    def _extracted(self, message: str) -> dict[str, Any]:
        if not self.names_fields:
            return {}
        fields = self.pattern.extract(message)
        return {"extractedFields": {name.removeprefix("$"): value for name, value in fields.items()}}


class Subscriptions:
    """The subscription filters of the groups that were written to, parsed once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._filters: dict[tuple[Scope, str], tuple[_Subscription, ...]] = {}
        engine.store.on_abort(self._filters.clear)

    def changed(self, scope: Scope, group: str) -> None:
        """Read the filters of a group anew when they are next wanted."""
        self._filters.pop((scope, group), None)

    def accept(self, ctx: Command, group: Row, stream: str, batch: Sequence[Mapping[str, Any]]) -> None:
        """Have the events of a batch sent to who subscribed to them; `group` is as it was before them."""
        filters = self._filters.get((ctx.scope, group.name))
        if filters is None:
            filters = self._filters[ctx.scope, group.name] = _read(ctx.tx, ctx.scope, group.name)
        numbered = list(enumerate(batch, group.next_seq)) if filters else []
        for each in filters:
            matched = each.matched(group, numbered)
            if matched:
                self._send(ctx, group.name, stream, each.row, matched)

    def _send(
        self, ctx: Command, group: str, stream: str, subscribed: Row, matched: list[dict[str, Any]]
    ) -> None:
        payload = {
            "to": subscribed.destination_arn,
            "role": subscribed.role_arn,
            "distribution": subscribed.distribution,
            "message": {
                "messageType": "DATA_MESSAGE",
                "owner": ctx.scope.account,
                "logGroup": group,
                "logStream": stream,
                "subscriptionFilters": [subscribed.name],
                "logEvents": matched,
            },
        }
        self._engine.tasks.add(
            ctx.tx,
            ctx.scope,
            kind=KIND,
            lane=f"logs:{group_arn(ctx.scope, group)}:{subscribed.name}",
            payload=orjson.dumps(payload),
            cause=ctx.call.cause,
        )


@task_kind
class SubscriptionDelivery(TaskKind):
    """The matching events of one put, sent to one receiver. What can be helped is tried again for a day."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        message: dict[str, Any] = data["message"]
        place = place_of(engine, data["to"], data["role"], task.scope.account)
        content = gzip.compress(orjson.dumps(message), mtime=0)
        spread = message["logStream"] if data["distribution"] == "ByLogStream" else task.id
        try:
            await send(engine, place, content, spread, group_arn(task.scope, message["logGroup"]), task)
        except AwsError:
            _count(engine, task.scope, message, place, "DeliveryErrors", len(message["logEvents"]))
            raise
        _count(engine, task.scope, message, place, "ForwardedLogEvents", len(message["logEvents"]))
        _count(engine, task.scope, message, place, "ForwardedBytes", len(content))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if isinstance(error, AwsError) and not as_target_error(error).retryable:
            return None
        return next_attempt(task, {}, task.created_ms, now_ms)


def _read(tx: Transaction, scope: Scope, group: str) -> tuple[_Subscription, ...]:
    rows = tx.rows(_OF_GROUP, {**scope.columns, "of_group": group})
    return tuple(
        _Subscription(row, LogFilter.parse(row.pattern), row.pattern.lstrip().startswith("[")) for row in rows
    )


def _count(
    engine: Engine, scope: Scope, message: Mapping[str, Any], place: Place, name: str, value: int
) -> None:
    """Count what the service itself measures.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
    """
    dimensions = {
        "LogGroupName": message["logGroup"],
        "DestinationType": place.type,
        "FilterName": message["subscriptionFilters"][0],
    }
    engine.metrics.count(scope, "AWS/Logs", name, dimensions, value)
