"""What alarms tell their actions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from windsock.kernel.clock import to_datetime
from windsock.services.cloudwatch import alarm_rows
from windsock.store.statements import Row


def subject(after: Row) -> str:
    """The subject of the message."""
    return f'{after.state}: "{after.name}" in {region_name(after.region)}'[:100]


def message(before: Row, after: Row) -> dict[str, Any]:
    """What an SNS topic is told."""
    body = alarm_rows.body_of(after)
    told: dict[str, Any] = {
        "AlarmName": after.name,
        "AlarmDescription": body.get("AlarmDescription"),
        "AWSAccountId": after.account,
        "AlarmConfigurationUpdatedTimestamp": stamp(after.configured_ms),
        "NewStateValue": after.state,
        "NewStateReason": after.reason,
        "StateChangeTime": stamp(after.updated_ms),
        "Region": region_name(after.region),
        "AlarmArn": alarm_rows.alarm_arn(alarm_rows.scope_of(after), after.name),
        "OldStateValue": before.state,
        "OKActions": body.get("OKActions", []),
        "AlarmActions": body.get("AlarmActions", []),
        "InsufficientDataActions": body.get("InsufficientDataActions", []),
    }
    if after.kind == alarm_rows.COMPOSITE:
        return {**told, "AlarmRule": body["AlarmRule"]}
    return {**told, "Trigger": _trigger(body)}


def function_event(before: Row, after: Row) -> dict[str, Any]:
    """What a Lambda function is invoked with.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
    """
    scope = alarm_rows.scope_of(after)
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm_rows.alarm_arn(scope, after.name),
        "accountId": scope.account,
        "time": stamp(after.updated_ms),
        "region": scope.region,
        "alarmData": {
            "alarmName": after.name,
            "state": {"value": after.state, "reason": after.reason, "timestamp": stamp(after.updated_ms)},
            "previousState": {
                "value": before.state,
                "reason": before.reason,
                "timestamp": stamp(before.updated_ms),
            },
            "configuration": {"description": alarm_rows.body_of(after).get("AlarmDescription", "")},
        },
    }


def stamp(instant_ms: int) -> str:
    """An instant as alarms spell it: `2026-11-25T10:00:00.000+0000`."""
    return f"{to_datetime(instant_ms):%Y-%m-%dT%H:%M:%S}.{instant_ms % 1000:03d}+0000"


def region_name(region: str) -> str:
    """The region as people call it: `US East (N. Virginia)`."""
    return _region_names().get(region, region)


@functools.cache
def _region_names() -> dict[str, str]:
    """From botocore's list of endpoints."""
    file = resources.files("windsock.services.cloudwatch").joinpath("region_names.json")
    names: dict[str, str] = json.loads(file.read_bytes())
    return names


def _trigger(body: dict[str, Any]) -> dict[str, Any]:
    shared = {
        "Period": body.get("Period"),
        "EvaluationPeriods": body["EvaluationPeriods"],
        "DatapointsToAlarm": body.get("DatapointsToAlarm"),
        "ComparisonOperator": body["ComparisonOperator"],
        "Threshold": body.get("Threshold"),
        "TreatMissingData": body.get("TreatMissingData", "missing"),
        "EvaluateLowSampleCountPercentile": body.get("EvaluateLowSampleCountPercentile", ""),
    }
    shared = {name: value for name, value in shared.items() if value is not None}
    if body.get("Metrics"):
        return {**shared, "Metrics": body["Metrics"]}
    extended = "ExtendedStatistic" in body
    return {
        "MetricName": body["MetricName"],
        "Namespace": body["Namespace"],
        "StatisticType": "ExtendedStatistic" if extended else "Statistic",
        **(
            {"ExtendedStatistic": body["ExtendedStatistic"]}
            if extended
            else {"Statistic": _STATISTICS[body["Statistic"]]}
        ),
        "Unit": body.get("Unit"),
        "Dimensions": [
            {"value": each["Value"], "name": each["Name"]} for each in body.get("Dimensions") or ()
        ],
        **shared,
    }


# How messages spell the statistics.
_STATISTICS = {
    "SampleCount": "SAMPLE_COUNT",
    "Average": "AVERAGE",
    "Sum": "SUM",
    "Minimum": "MINIMUM",
    "Maximum": "MAXIMUM",
}
