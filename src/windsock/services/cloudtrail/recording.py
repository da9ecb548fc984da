"""Writing calls down: noted as they are answered, written with the changes they made.

What a command did and its event are on disk together. A call that only reads changes nothing, so its event is
written soon after if a trail logs, else with the next changes, before anybody looks events up, or when many
have gathered.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
"""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from windsock.engine.call_recording import CallRecorder, call_recorder
from windsock.engine.calls import Call
from windsock.engine.engine import Engine
from windsock.engine.operations import Result
from windsock.engine.sign_ins import attempt_of
from windsock.kernel.errors import AwsError
from windsock.services.cloudtrail import delivering
from windsock.services.cloudtrail.active_trails import ActiveTrails
from windsock.services.cloudtrail.announcing import announce_calls
from windsock.services.cloudtrail.event_forms import event_form
from windsock.services.cloudtrail.limits import UNWRITTEN
from windsock.services.cloudtrail.records import Record, record_of
from windsock.services.cloudtrail.retention import HISTORY_RETENTION
from windsock.services.cloudtrail.sign_ins import sign_in_record
from windsock.services.cloudtrail.tables import events, resources
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

_INSERT = Statement(sa.insert(events))
_INSERT_RESOURCE = Statement(sa.insert(resources))


class Unwritten:
    """The events that are noted and not yet written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._records: list[Record] = []
        self._writing: asyncio.Task[None] | None = None
        engine.store.before_commit(self._write)
        engine.on_stop(self.write)

    def note(self, record: Record) -> None:
        """Have an event written with the next changes, or soon."""
        self._records.append(record)
        soon = len(self._records) >= UNWRITTEN or self._engine.part(ActiveTrails).any
        if soon and (self._writing is None or self._writing.done()):
            self._engine.activity.begin()
            self._writing = asyncio.create_task(self._write_soon(), name="event history")

    async def _write_soon(self) -> None:
        try:
            await self.write()
        finally:
            self._engine.activity.end()

    async def write(self) -> None:
        """Write what is noted now."""
        if self._records:
            await self._engine.store.write(self._write)

    def _write(self, tx: Transaction) -> None:
        if not self._records:
            return
        records, self._records = self._records, []
        engine, trails = self._engine, self._engine.part(ActiveTrails)
        covered = [(record, trails.covering(tx, record)) for record in records]
        kept = [
            (engine.ids.new(record.time_ms), record, over)
            for record, over in covered
            if over or record.form.data_type is None
        ]
        tx.execute_many(_INSERT, [_row(row_id, record) for row_id, record, _ in kept])
        tx.execute_many(
            _INSERT_RESOURCE,
            [
                {**record.scope.columns, "event": row_id, "name": name, "type": kind}
                for row_id, record, _ in kept
                for kind, name in record.resources
            ],
        )
        HISTORY_RETENTION.arm(engine, tx)
        announce_calls(engine, tx, [record for _, record, over in kept if over])
        delivering.accept(
            engine,
            tx,
            [(trail, row_id, record.scope) for row_id, record, over in kept for trail in over],
        )


def _row(row_id: str, record: Record) -> dict[str, Any]:
    return {
        **record.scope.columns,
        "id": row_id,
        "event_id": record.event_id,
        "name": record.form.name,
        "source": record.form.source,
        "username": record.username,
        "access_key": record.access_key,
        "read_only": record.form.read_only,
        "data": record.form.data_type is not None,
        "time_ms": record.time_ms,
        "body": record.body,
    }


@call_recorder
class CloudTrailRecorder(CallRecorder):
    """Notes every call that CloudTrail logs, and attempts to sign in to the console."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, call: Call, result: Result, error: AwsError | None) -> None:
        now_ms = self._engine.clock.now_ms()
        form = event_form(call.service, call.operation)
        if form is None:
            attempt = attempt_of(result, error)
            if attempt is not None:
                self._engine.part(Unwritten).note(sign_in_record(attempt, call.caller, error, now_ms))
            return
        if form.data_type is not None and not self._engine.part(ActiveTrails).want_data:
            return
        self._engine.part(Unwritten).note(record_of(form, call, result, error, now_ms))
