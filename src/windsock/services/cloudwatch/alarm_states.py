"""A new state of an alarm: written with its history, told to its actions, to the bus and to composite alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.services.cloudwatch import alarm_history, alarm_rows, composite_states
from windsock.services.cloudwatch.alarm_actions import act
from windsock.services.cloudwatch.alarm_messages import stamp
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

_SOURCE: Final = "aws.cloudwatch"
_DETAIL_TYPE: Final = "CloudWatch Alarm State Change"


def set_state(
    engine: Engine,
    tx: Transaction,
    row: Row,
    state: str,
    reason: str,
    reason_data: Mapping[str, Any] | None = None,
) -> None:
    """Give an alarm a state; only another one than it had is told to anybody."""
    now = engine.clock.now_ms()
    data = None if reason_data is None else orjson.dumps(reason_data).decode()
    changed = state != row.state
    values = {"state": state, "reason": reason, "reason_data": data, "updated_ms": now}
    alarm_rows.change(tx, row, **values, **({"transitioned_ms": now} if changed else {}))
    if not changed:
        return
    after = alarm_rows.find(tx, alarm_rows.scope_of(row), row.name)
    alarm_history.note_state(engine, tx, row, after)
    act(engine, tx, row, after)
    announce(
        engine,
        tx,
        alarm_rows.scope_of(row),
        [PlatformEvent(_SOURCE, _DETAIL_TYPE, _detail(row, after), (alarm_rows.alarm_arn(*_place(row)),))],
    )
    composite_states.reconsider(engine, tx, row, set_state)


def _place(row: Row) -> tuple[Any, str]:
    return alarm_rows.scope_of(row), row.name


def _detail(before: Row, after: Row) -> dict[str, Any]:
    return {
        "alarmName": after.name,
        "state": _state(after),
        "previousState": _state(before),
        "configuration": _configuration(after),
    }


def _state(row: Row) -> dict[str, Any]:
    state = {"value": row.state, "reason": row.reason, "timestamp": stamp(row.updated_ms)}
    return state if row.reason_data is None else {**state, "reasonData": row.reason_data}


def _configuration(row: Row) -> dict[str, Any]:
    body = alarm_rows.body_of(row)
    told: dict[str, Any] = {"description": body["AlarmDescription"]} if body.get("AlarmDescription") else {}
    if row.kind == alarm_rows.COMPOSITE:
        actions = {
            f"{name[:1].lower()}{name[1:]}": body[name] for name in ("ActionsSuppressor",) if name in body
        }
        return {"alarmRule": body["AlarmRule"], **actions, **told}
    if body.get("Metrics"):
        return {"metrics": body["Metrics"], **told}
    stat = {
        "metric": {
            "namespace": body["Namespace"],
            "name": body["MetricName"],
            "dimensions": {each["Name"]: each["Value"] for each in body.get("Dimensions") or ()},
        },
        "period": body["Period"],
        "stat": body.get("Statistic") or body.get("ExtendedStatistic"),
    }
    return {"metrics": [{"id": "m1", "metricStat": stat, "returnData": True}], **told}
