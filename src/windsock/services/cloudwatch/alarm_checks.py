"""What an alarm may be put as.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from windsock.engine.operations import Params
from windsock.kernel.errors import NotImplementedOperation
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_actions import ACTIONS_OF, action_arn
from windsock.services.cloudwatch.alarm_rules import AlarmRule, InvalidRule
from windsock.services.cloudwatch.alarm_settings import COMPARISONS
from windsock.services.cloudwatch.composite_states import dependent_on
from windsock.services.cloudwatch.errors import InvalidInput, InvalidParameterCombination, MissingParameter
from windsock.services.cloudwatch.evaluation import TREATMENTS
from windsock.services.cloudwatch.limits import ACTIONS, EVALUATED_SECONDS
from windsock.services.cloudwatch.statistics import statistic
from windsock.store.statements import Row

_PERIODS: Final = (10, 20, 30)
# What PutMetricAlarm knows and windsock does not do yet.
_NOT_YET: Final = (
    "ThresholdMetricId",
    "EvaluationWindow",
    "WarmUpConfiguration",
    "EvaluationCriteria",
    "EvaluationInterval",
    "ActionConfiguration",
)


def check_metric_alarm(params: Params) -> None:
    """Raises the error of the first thing that is wrong with a metric alarm."""
    _refuse_what_is_not_yet(params, "PutMetricAlarm")
    _check_actions(params)
    stat = _metric(params)
    for name in ("Threshold", "ComparisonOperator", "EvaluationPeriods"):
        if params.get(name) is None:
            raise MissingParameter(f"The parameter {name} is required.")
    if params["ComparisonOperator"] not in COMPARISONS:
        raise NotImplementedOperation("cloudwatch", f"PutMetricAlarm with {params['ComparisonOperator']}")
    if params.get("TreatMissingData", TREATMENTS[0]) not in TREATMENTS:
        raise InvalidInput(f"The TreatMissingData value is one of {', '.join(TREATMENTS)}.")
    if params.get("DatapointsToAlarm", 1) > params["EvaluationPeriods"]:
        raise InvalidInput("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    _check_period(stat["Period"], params["EvaluationPeriods"])
    if statistic(stat["Stat"]) is None:
        raise InvalidInput(f"The value {stat['Stat']} for parameter ExtendedStatistic is not supported.")


def check_composite(params: Params, names: Collection[str]) -> None:
    """Raises the error of the first thing that is wrong; `names` are the alarms there are."""
    _refuse_what_is_not_yet(params, "PutCompositeAlarm")
    if params.get("ActionsSuppressor"):
        raise NotImplementedOperation("cloudwatch", "PutCompositeAlarm with an ActionsSuppressor")
    _check_actions(params)
    try:
        rule = AlarmRule.parse(params["AlarmRule"])
    except InvalidRule as problem:
        raise InvalidInput(f"AlarmRule must be a valid expression: {problem}.") from problem
    if params["AlarmName"] in rule.alarms:
        raise InvalidInput("AlarmRule must not contain the alarm itself.")
    missing = sorted(rule.alarms - set(names))
    if missing:
        raise InvalidInput(
            f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule "
            "do not exist"
        )


def check_deletion(deleted: Sequence[Row], all_alarms: Sequence[Row]) -> None:
    """Raises InvalidInput for alarms that composite alarms depend on, and for two composite alarms at once.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
    """
    if sum(row.kind == alarm_rows.COMPOSITE for row in deleted) > 1:
        raise InvalidInput("Only one composite alarm can be deleted in one operation.")
    names = {row.name for row in deleted}
    left = {row.name: row for row in all_alarms if row.name not in names}
    kept = [name for name in names if dependent_on(left, name)]
    if kept:
        them = "it" if len(kept) == 1 else "them"
        raise InvalidInput(
            f"Cannot delete {','.join(sorted(kept))} as there are composite alarm(s) depending on {them}."
        )


def _refuse_what_is_not_yet(params: Params, operation: str) -> None:
    for name in _NOT_YET:
        if params.get(name) is not None:
            raise NotImplementedOperation("cloudwatch", f"{operation} with {name}")


def _check_actions(params: Params) -> None:
    for name in ACTIONS_OF.values():
        actions = params.get(name) or ()
        if len(actions) > ACTIONS:
            raise InvalidInput(f"{name} has at most {ACTIONS} actions.")
        for action in actions:
            action_arn(action)


def _metric(params: Params) -> Mapping[str, Any]:
    """The period and statistic, from either way to say which metric is watched."""
    queries = params.get("Metrics")
    if queries:
        if "MetricName" in params or "Namespace" in params:
            raise InvalidParameterCombination("The parameters Metrics and MetricName are mutually exclusive.")
        if len(queries) > 1 or "Expression" in queries[0]:
            raise NotImplementedOperation("cloudwatch", "PutMetricAlarm with metric math")
        found: Mapping[str, Any] = queries[0]["MetricStat"]
        return found
    for name in ("MetricName", "Namespace", "Period"):
        if params.get(name) is None:
            raise MissingParameter(f"The parameter {name} is required.")
    if ("Statistic" in params) == ("ExtendedStatistic" in params):
        raise InvalidParameterCombination("Exactly one of Statistic and ExtendedStatistic must be specified.")
    return {"Period": params["Period"], "Stat": params.get("Statistic") or params["ExtendedStatistic"]}


def _check_period(period: int, evaluation_periods: int) -> None:
    if period not in _PERIODS and (period < 60 or period % 60):
        raise InvalidInput("Period must be 10, 20, 30 or a multiple of 60.")
    if period * evaluation_periods > EVALUATED_SECONDS:
        raise InvalidInput(
            "Metrics cannot be checked across more than seven days (EvaluationPeriods * Period)."
        )
