"""Alarms, shown.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import InvalidPageToken, make_token, read_token
from windsock.kernel.clock import to_datetime
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_actions import ACTIONS_OF
from windsock.services.cloudwatch.composite_states import mentioned_by
from windsock.services.cloudwatch.errors import InvalidInput, InvalidToken
from windsock.services.cloudwatch.limits import ALARMS_PAGE
from windsock.services.cloudwatch.metric_names import metric_of
from windsock.services.cloudwatch.watched import WatchedMetric, watched_by
from windsock.store.statements import Row

_LISTS: Final = {alarm_rows.METRIC: "MetricAlarms", alarm_rows.COMPOSITE: "CompositeAlarms"}

# What is shown of an alarm's relatives; a full answer needs their names.
_PARTS: Final = {
    "ChildrenOfAlarmName": ("AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"),
    "ParentsOfAlarmName": ("AlarmName", "AlarmArn"),
}


@query("DescribeAlarms")
def describe_alarms(ctx: Query, params: Params) -> Result:
    """The alarms asked for, by name."""
    _check_combination(params)
    rows = _wanted(alarm_rows.of_scope(ctx.tx, ctx.scope), params)
    size = params.get("MaxRecords") or ALARMS_PAGE
    if params.get("NextToken"):
        try:
            after = read_token(params["NextToken"], [""])[0]
        except InvalidPageToken as error:
            raise InvalidToken from error
        rows = [row for row in rows if row.name > after]
    parts = next((_PARTS[name] for name in _PARTS if params.get(name)), None)
    answer: dict[str, Any] = {name: [] for name in _LISTS.values()}
    for row in rows[:size]:
        shown = _shown(row)
        answer[_LISTS[row.kind]].append(shown if parts is None else {part: shown[part] for part in parts})
    if len(rows) > size:
        answer["NextToken"] = make_token(rows[size - 1].name)
    return answer


@query("DescribeAlarmsForMetric")
def describe_alarms_for_metric(ctx: Query, params: Params) -> Result:
    """The alarms on one metric."""
    metric = metric_of(ctx.scope, params["Namespace"], params["MetricName"], params.get("Dimensions") or [])
    wanted_statistic = params.get("Statistic") or params.get("ExtendedStatistic")
    found = []
    for row in alarm_rows.of_scope(ctx.tx, ctx.scope):
        if row.kind != alarm_rows.METRIC:
            continue
        watched = watched_by(ctx.scope, alarm_rows.body_of(row))
        if (
            isinstance(watched, WatchedMetric)
            and watched.metric.metric == metric
            and wanted_statistic in (None, watched.metric.statistic)
            and params.get("Period") in (None, watched.period)
            and params.get("Unit") in (None, watched.metric.unit)
        ):
            found.append(_shown(row))
    return {"MetricAlarms": found}


def _check_combination(params: Params) -> None:
    given = {name for name, value in params.items() if value} - {"MaxRecords", "NextToken"}
    for alone in sorted(given & _PARTS.keys()):
        if given != {alone}:
            raise InvalidInput(
                f"{alone} cannot be specified with any other parameters except MaxRecords and NextToken"
            )
    if given >= {"AlarmNames", "AlarmNamePrefix"}:
        raise InvalidInput("AlarmNames and AlarmNamePrefix cannot be specified together")


def _wanted(rows: list[Row], params: Params) -> list[Row]:
    parent, child = params.get("ChildrenOfAlarmName"), params.get("ParentsOfAlarmName")
    if parent:
        children = next((mentioned_by(row) for row in rows if row.name == parent), frozenset())
        return [row for row in rows if row.name in children]
    if child:
        return [row for row in rows if child in mentioned_by(row)]
    return [row for row in rows if _is_wanted(row, params)]


def _is_wanted(row: Row, params: Params) -> bool:
    names = params.get("AlarmNames")
    return (
        # Composite alarms are shown to those who ask for their type, even if they name them.
        row.kind in (params.get("AlarmTypes") or [alarm_rows.METRIC])
        and (not names or row.name in names)
        and row.name.startswith(params.get("AlarmNamePrefix") or "")
        and params.get("StateValue") in (None, row.state)
        and _has_action(row, params.get("ActionPrefix"))
    )


def _has_action(row: Row, prefix: str | None) -> bool:
    body = alarm_rows.body_of(row)
    actions = [action for name in ACTIONS_OF.values() for action in body.get(name) or ()]
    return prefix is None or any(action.startswith(prefix) for action in actions)


def _shown(row: Row) -> dict[str, Any]:
    shown = {
        **{name: [] for name in ACTIONS_OF.values()},
        **({"Dimensions": []} if row.kind == alarm_rows.METRIC else {}),
        **alarm_rows.body_of(row),
        "AlarmName": row.name,
        "AlarmArn": alarm_rows.alarm_arn(alarm_rows.scope_of(row), row.name),
        "AlarmConfigurationUpdatedTimestamp": to_datetime(row.configured_ms),
        "StateValue": row.state,
        "StateReason": row.reason,
        "StateUpdatedTimestamp": to_datetime(row.updated_ms),
        "StateTransitionedTimestamp": to_datetime(row.transitioned_ms),
    }
    if "Metrics" in shown:
        shown.pop("Dimensions")
    return shown if row.reason_data is None else {**shown, "StateReasonData": row.reason_data}
