"""A new state of an alarm: written with its history, told to its actions, to the bus and to composite alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

from collections import deque
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
    if _change(engine, tx, row, state, reason, reason_data).state != row.state:
        _reconsider(engine, tx, row)


def judge_composite(engine: Engine, tx: Transaction, row: Row) -> None:
    """Give a composite alarm that was put the state that its rule says."""
    alarms = _alarms(tx, row)
    judgement = composite_states.judge(alarms, row.name, row.name, engine.clock.now_ms())
    if judgement is not None:
        set_state(engine, tx, row, *judgement)


def _reconsider(engine: Engine, tx: Transaction, changed: Row) -> None:
    """Judge the composite alarms whose rules mention an alarm that changed, then those that mention these.

    A cycle ends where it would come to an alarm again, as at AWS.
    """
    alarms = _alarms(tx, changed)
    waiting = deque([(changed.name, frozenset({changed.name}))])
    while waiting:
        by, way = waiting.popleft()
        for name in composite_states.dependent_on(alarms, by):
            if name in way:
                continue
            judgement = composite_states.judge(alarms, name, by, engine.clock.now_ms())
            if judgement is not None:
                alarms[name] = _change(engine, tx, alarms[name], *judgement)
                waiting.append((name, way | {name}))


def _alarms(tx: Transaction, row: Row) -> dict[str, Row]:
    return {each.name: each for each in alarm_rows.of_scope(tx, alarm_rows.scope_of(row))}


def _change(
    engine: Engine, tx: Transaction, row: Row, state: str, reason: str, reason_data: Mapping[str, Any] | None
) -> Row:
    """Write a state; if it is another one, tell everybody. The alarm as it is then."""
    now = engine.clock.now_ms()
    data = None if reason_data is None else orjson.dumps(reason_data).decode()
    changed = state != row.state
    values = {"state": state, "reason": reason, "reason_data": data, "updated_ms": now}
    alarm_rows.change(tx, row, **values, **({"transitioned_ms": now} if changed else {}))
    scope = alarm_rows.scope_of(row)
    after = alarm_rows.find(tx, scope, row.name)
    if changed:
        alarm_history.note_state(engine, tx, row, after)
        act(engine, tx, row, after)
        arn = alarm_rows.alarm_arn(scope, row.name)
        announce(engine, tx, scope, [PlatformEvent(_SOURCE, _DETAIL_TYPE, _detail(row, after), (arn,))])
    return after


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
        return {"alarmRule": body["AlarmRule"], **told}
    queries = body.get("Metrics") or [
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": body,
                "Period": body["Period"],
                "Stat": body.get("Statistic") or body.get("ExtendedStatistic"),
            },
        }
    ]
    return {"metrics": [_query(each) for each in queries], **told}


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    """A metric data query as events spell it."""
    told: dict[str, Any] = {"id": query["Id"]}
    if query.get("MetricStat"):
        stat = query["MetricStat"]
        metric = stat["Metric"]
        told["metricStat"] = {
            "metric": {
                "namespace": metric["Namespace"],
                "name": metric["MetricName"],
                "dimensions": {each["Name"]: each["Value"] for each in metric.get("Dimensions") or ()},
            },
            "period": stat["Period"],
            "stat": stat["Stat"],
        }
    else:
        told["expression"] = query["Expression"]
    label = {"label": query["Label"]} if query.get("Label") else {}
    return {**told, **label, "returnData": query.get("ReturnData", True)}
