"""Composite alarms: their state follows from those of other alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from windsock.kernel.clock import to_datetime
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_rules import AlarmRule
from windsock.services.cloudwatch.evaluation import ALARM, OK
from windsock.store.statements import Row

# All alarms of an account and region, by name.
Alarms = Mapping[str, Row]


class Judgement(NamedTuple):
    """The state that a composite alarm is to have, and why."""

    state: str
    reason: str
    reason_data: Mapping[str, Any]


def mentioned_by(row: Row) -> frozenset[str]:
    """The names of the alarms in the rule of an alarm; a metric alarm has none."""
    return _rule(row).alarms if row.kind == alarm_rows.COMPOSITE else frozenset()


def dependent_on(alarms: Alarms, name: str) -> list[str]:
    """The composite alarms whose rules mention an alarm."""
    return [row.name for row in alarms.values() if name in mentioned_by(row)]


def judge(alarms: Alarms, name: str, by: str, now_ms: int) -> Judgement | None:
    """What another state composite alarm `name` is to have, because of alarm `by`: itself when it was put."""
    row = alarms[name]
    rule = _rule(row)
    state = ALARM if rule.holds({each.name: each.state for each in alarms.values()}) else OK
    if state == row.state:
        return None
    scope = alarm_rows.scope_of(row)
    if by == name:
        why = f"was created and its alarm rule evaluates to {state}"
    else:
        why = f"transitioned to {alarms[by].state} at {to_datetime(now_ms):%A %d %B, %Y %H:%M:%S UTC}"
    triggering = [
        {"arn": alarm_rows.alarm_arn(scope, each.name), "state": {"value": each.state}}
        for each in alarms.values()
        if each.name in rule.alarms
    ]
    return Judgement(state, f"{alarm_rows.alarm_arn(scope, by)} {why}", {"triggeringAlarms": triggering})


def _rule(row: Row) -> AlarmRule:
    return AlarmRule.parse(alarm_rows.body_of(row)["AlarmRule"])
