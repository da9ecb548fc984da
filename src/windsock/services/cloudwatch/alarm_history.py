"""The history of alarms, kept for 30 days.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.engine.retention import Retention
from windsock.engine.timers import timer_kind
from windsock.kernel.clock import to_datetime, to_ms
from windsock.kernel.scope import Scope
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.errors import InvalidToken
from windsock.services.cloudwatch.limits import HISTORY_DAYS, HISTORY_PAGE
from windsock.services.cloudwatch.tables import alarm_history as table
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

CONFIGURATION: Final = "ConfigurationUpdate"
STATE: Final = "StateUpdate"
ACTION: Final = "Action"

_INSERT = Statement(sa.insert(table))


def note_configuration(engine: Engine, tx: Transaction, row: Row, what: str) -> None:
    """Note that an alarm was created, updated or deleted."""
    data = {"version": "1.0", "type": what, f"{what.lower()}dAlarm": alarm_rows.body_of(row)}
    _note(engine, tx, row, CONFIGURATION, f'Alarm "{row.name}" {what.lower()}d', data)


def note_state(engine: Engine, tx: Transaction, before: Row, after: Row) -> None:
    """Note a change of state."""
    data = {"version": "1.0", "oldState": _state(before), "newState": _state(after)}
    _note(engine, tx, after, STATE, f"Alarm updated from {before.state} to {after.state}", data)


def note_action(
    engine: Engine, tx: Transaction, scope: Scope, alarm: str, action: str, error: str = ""
) -> None:
    """Note how an action went; an alarm that is gone has no history to write to."""
    row = alarm_rows.find(tx, scope, alarm)
    if row is not None:
        data = {
            "actionState": "Failed" if error else "Succeeded",
            "notificationResource": action,
            "error": error or None,
        }
        words = "Failed to execute action" if error else "Successfully executed action"
        _note(engine, tx, row, ACTION, f"{words} {action}", data)


@query("DescribeAlarmHistory")
def describe_alarm_history(ctx: Query, params: Params) -> Result:
    """What happened to alarms, newest first unless asked otherwise."""
    newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    size = params.get("MaxRecords") or HISTORY_PAGE
    conditions = [table.c.account == ctx.scope.account, table.c.region == ctx.scope.region]
    if params.get("AlarmName"):
        conditions.append(table.c.alarm == params["AlarmName"])
    if params.get("HistoryItemType"):
        conditions.append(table.c.item == params["HistoryItemType"])
    if params.get("AlarmTypes"):
        conditions.append(table.c.kind.in_(params["AlarmTypes"]))
    if params.get("StartDate"):
        conditions.append(table.c.time_ms >= to_ms(params["StartDate"]))
    if params.get("EndDate"):
        conditions.append(table.c.time_ms <= to_ms(params["EndDate"]))
    if params.get("NextToken"):
        after = _after(params)
        conditions.append(table.c.id < after if newest_first else table.c.id > after)
    order = table.c.id.desc() if newest_first else table.c.id
    rows = ctx.tx.rows(sa.select(table).where(*conditions).order_by(order).limit(size + 1))
    return page("AlarmHistoryItems", rows, size, lambda row: row.id, _shown)


def _after(params: Params) -> str:
    try:
        after: str = read_token(params["NextToken"], [""])[0]
    except InvalidPageToken as error:
        raise InvalidToken from error
    return after


def _shown(row: Row) -> dict[str, Any]:
    return {
        "AlarmName": row.alarm,
        "AlarmType": row.kind,
        "Timestamp": to_datetime(row.time_ms),
        "HistoryItemType": row.item,
        "HistorySummary": row.summary,
        "HistoryData": row.data,
    }


def _state(row: Row) -> dict[str, Any]:
    state: dict[str, Any] = {"stateValue": row.state, "stateReason": row.reason}
    if row.reason_data is not None:
        state["stateReasonData"] = orjson.loads(row.reason_data)
    return state


def _note(engine: Engine, tx: Transaction, row: Row, item: str, summary: str, data: dict[str, Any]) -> None:
    now = engine.clock.now_ms()
    tx.execute(
        _INSERT,
        {
            "account": row.account,
            "region": row.region,
            "id": engine.ids.new(now),
            "alarm": row.name,
            "kind": row.kind,
            "item": item,
            "summary": summary,
            "data": orjson.dumps(data).decode(),
            "time_ms": now,
        },
    )
    _RETENTION.arm(engine, tx)


@timer_kind
class HistoryRetention(Retention):
    """Removes what happened long ago."""

    name = "cloudwatch.alarm_history"
    tables = (table,)
    keep_ms = HISTORY_DAYS * 86_400_000


_RETENTION = HistoryRetention()
