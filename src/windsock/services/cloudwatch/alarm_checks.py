"""What an alarm may be put as.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from windsock.engine.operations import Params
from windsock.kernel.errors import NotImplementedOperation
from windsock.kernel.scope import Scope
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_actions import ACTIONS_OF, action_arn
from windsock.services.cloudwatch.alarm_rules import AlarmRule, InvalidRule
from windsock.services.cloudwatch.alarm_settings import COMPARISONS
from windsock.services.cloudwatch.composite_states import dependent_on
from windsock.services.cloudwatch.errors import InvalidInput, InvalidParameterCombination, MissingParameter
from windsock.services.cloudwatch.evaluation import TREATMENTS
from windsock.services.cloudwatch.limits import ACTIONS, ALARM_QUERIES, EVALUATED_SECONDS
from windsock.services.cloudwatch.metric_queries import MetricQueries
from windsock.services.cloudwatch.statistics import statistic
from windsock.services.cloudwatch.watched import watched_by
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


def check_metric_alarm(scope: Scope, params: Params) -> None:
    """Raises the error of the first thing that is wrong with a metric alarm."""
    _refuse_what_is_not_yet(params, "PutMetricAlarm")
    _check_actions(params)
    _check_watched(params)
    for name in ("Threshold", "ComparisonOperator", "EvaluationPeriods"):
        if params.get(name) is None:
            raise MissingParameter(f"The parameter {name} is required.")
    if params["ComparisonOperator"] not in COMPARISONS:
        raise NotImplementedOperation("cloudwatch", f"PutMetricAlarm with {params['ComparisonOperator']}")
    if params.get("TreatMissingData", TREATMENTS[0]) not in TREATMENTS:
        raise InvalidInput(f"The TreatMissingData value is one of {', '.join(TREATMENTS)}.")
    if params.get("DatapointsToAlarm", 1) > params["EvaluationPeriods"]:
        raise InvalidInput("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    _check_queries(scope, params.get("Metrics") or ())
    _check_period(watched_by(scope, params).period, params["EvaluationPeriods"])


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


def _check_watched(params: Params) -> None:
    """There are two ways to say what is watched: `Metrics`, and the members of one metric."""
    if params.get("Metrics"):
        for name in ("MetricName", "Namespace", "Dimensions", "Period", "Statistic", "ExtendedStatistic"):
            if name in params:
                raise InvalidParameterCombination(
                    f"The parameters Metrics and {name} are mutually exclusive."
                )
        return
    for name in ("MetricName", "Namespace", "Period"):
        if params.get(name) is None:
            raise MissingParameter(f"The parameter {name} is required.")
    if ("Statistic" in params) == ("ExtendedStatistic" in params):
        raise InvalidParameterCombination("Exactly one of Statistic and ExtendedStatistic must be specified.")
    extended = params.get("ExtendedStatistic")
    if extended is not None and statistic(extended) is None:
        raise InvalidInput(f"The value {extended} for parameter ExtendedStatistic is not supported.")


def _check_queries(scope: Scope, queries: Sequence[Mapping[str, Any]]) -> None:
    """Of `Metrics` one is watched, which must be a single time series."""
    if not queries:
        return
    if len(queries) > ALARM_QUERIES:
        raise InvalidInput(f"An alarm has at most {ALARM_QUERIES} metrics and expressions.")
    returned = [each["Id"] for each in queries if each.get("ReturnData", True)]
    if len(returned) != 1:
        raise InvalidInput("Exactly one element of the metrics list should return data.")
    read = MetricQueries.of("PutMetricAlarm", scope, queries)
    if any("SEARCH" in expression.calls() for expression in read.expressions.values()):
        raise InvalidInput("SEARCH is not supported on Metric Alarms.")
    if not read.without_data().is_single(returned[0]):
        raise InvalidInput("The expression of an alarm must return a single time series.")


def _check_period(period: int, evaluation_periods: int) -> None:
    if period not in _PERIODS and (period < 60 or period % 60):
        raise InvalidInput("Period must be 10, 20, 30 or a multiple of 60.")
    if period * evaluation_periods > EVALUATED_SECONDS:
        raise InvalidInput(
            "Metrics cannot be checked across more than seven days (EvaluationPeriods * Period)."
        )
