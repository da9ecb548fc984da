"""Composite alarms: their state follows from those of other alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from windsock.engine.engine import Engine
from windsock.kernel.clock import to_datetime
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_rules import AlarmRule
from windsock.services.cloudwatch.evaluation import ALARM, OK
from windsock.store.statements import Row
from windsock.store.transaction import Transaction


class SetState(Protocol):
    """`alarm_states.set_state`, handed in because each calls the other."""

    def __call__(
        self,
        engine: Engine,
        tx: Transaction,
        row: Row,
        state: str,
        reason: str,
        reason_data: Mapping[str, Any] | None = None,
    ) -> None: ...


def reconsider(engine: Engine, tx: Transaction, changed: Row, set_state: SetState) -> None:
    """Judge the composite alarms anew whose rules mention an alarm that changed."""
    rows = alarm_rows.of_scope(tx, alarm_rows.scope_of(changed))
    states = {row.name: row.state for row in rows}
    for row in rows:
        if row.kind == alarm_rows.COMPOSITE:
            rule = AlarmRule.parse(alarm_rows.body_of(row)["AlarmRule"])
            if changed.name in rule.alarms:
                _judge(engine, tx, row, rule, states, set_state, changed)


def judge(engine: Engine, tx: Transaction, row: Row, set_state: SetState) -> None:
    """Judge one composite alarm, because it was put."""
    rows = alarm_rows.of_scope(tx, alarm_rows.scope_of(row))
    states = {each.name: each.state for each in rows}
    rule = AlarmRule.parse(alarm_rows.body_of(row)["AlarmRule"])
    _judge(engine, tx, row, rule, states, set_state, row)


def _judge(
    engine: Engine,
    tx: Transaction,
    row: Row,
    rule: AlarmRule,
    states: Mapping[str, str],
    set_state: SetState,
    by: Row,
) -> None:
    state = ALARM if rule.holds(states) else OK
    if state == row.state:
        return
    scope, now = alarm_rows.scope_of(row), engine.clock.now_ms()
    moment = f"{to_datetime(now):%A %d %B, %Y %H:%M:%S UTC}"
    reason = (
        f"{alarm_rows.alarm_arn(scope, by.name)} transitioned to {states.get(by.name, state)} at {moment}"
        if by.name != row.name
        else f"{alarm_rows.alarm_arn(scope, row.name)} was created and its alarm rule evaluates to {state}"
    )
    set_state(engine, tx, row, state, reason, {"triggeringAlarms": _told(tx, row, rule)})


def _told(tx: Transaction, row: Row, rule: AlarmRule) -> list[dict[str, Any]]:
    scope = alarm_rows.scope_of(row)
    return [
        {"arn": alarm_rows.alarm_arn(scope, each.name), "state": {"value": each.state}}
        for each in alarm_rows.of_scope(tx, scope)
        if each.name in rule.alarms
    ]
