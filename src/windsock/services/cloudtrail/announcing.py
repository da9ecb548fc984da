"""API calls as events on the default bus: `AWS API Call via CloudTrail`.

As at AWS there must be a trail that logs them, and calls that only read are left out.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.records import Record
from windsock.store.transaction import Transaction

KIND: Final = "cloudtrail.announcement"
SERVICE: Final = "cloudtrail.amazonaws.com"

_DETAIL_TYPE: Final = "AWS API Call via CloudTrail"
# What one PutEvents takes.
_AT_ONCE: Final = 10
_RETRY_MS: Final = 1_000


def announce(engine: Engine, tx: Transaction, records: list[Record]) -> None:
    """Have those events that a rule may want put on the default buses of their accounts."""
    by_scope: defaultdict[Scope, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        if _is_announced(record):
            by_scope[record.scope].append(_entry(record))
    for scope, entries in by_scope.items():
        for first in range(0, len(entries), _AT_ONCE):
            payload = orjson.dumps({"entries": entries[first : first + _AT_ONCE]})
            engine.tasks.add(tx, scope, kind=KIND, lane=scope.arn("cloudtrail", "events"), payload=payload)


def _is_announced(record: Record) -> bool:
    only_read = record.form.read_only and record.form.data_type is None
    return not only_read and not record.delivery


def _entry(record: Record) -> dict[str, Any]:
    return {
        "Source": f"aws.{record.form.source.removesuffix('.amazonaws.com')}",
        "DetailType": _DETAIL_TYPE,
        "Detail": record.body.decode(),
    }


@task_kind
class Announcement(TaskKind):
    """Puts up to ten events on the default bus of an account."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        await engine.call(
            "events",
            "PutEvents",
            {"Entries": task.data()["entries"]},
            caller=Caller.service(SERVICE, task.scope.account),
            scope=task.scope,
            cause=f"task:{task.id}",
            completes=task,
        )

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + _RETRY_MS
