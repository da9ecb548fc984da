"""How missing data counts: the tables of "Configuring how CloudWatch alarms treat missing data"."""

from __future__ import annotations

import pytest

from windsock.kernel.scope import Scope
from windsock.services.cloudwatch.alarm_settings import AlarmSettings
from windsock.services.cloudwatch.evaluation import Datapoint, evaluate

MINUTE = 60_000


def settings(treatment: str, periods: int, to_alarm: int | None = None) -> AlarmSettings:
    body = {
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": periods,
        "Threshold": 50,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": treatment,
        **({} if to_alarm is None else {"DatapointsToAlarm": to_alarm}),
    }
    return AlarmSettings.of(Scope("000000000000", "us-east-1"), body)


def points(text: str) -> list[Datapoint]:
    """`0 X -`: good, breaching and missing datapoints, oldest first as the tables have them."""
    values = {"0": 10.0, "X": 90.0, "-": None}
    marks = list(reversed(text.split()))
    return [Datapoint(-number * MINUTE, values[mark], 1.0) for number, mark in enumerate(marks)]


KEEP = None

THREE_OF_THREE = [
    ("0 - X - X", "OK", "OK", "OK", "OK"),
    ("- - - - 0", "OK", "OK", "OK", "OK"),
    ("- - - - -", "INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
    ("0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("- - X - -", "ALARM", KEEP, "ALARM", "OK"),
]
TWO_OF_THREE = [
    ("0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 - X - -", "ALARM", KEEP, "ALARM", "OK"),
    ("- - - - 0", "OK", "OK", "ALARM", "OK"),
    ("- - - X -", "ALARM", KEEP, "ALARM", "OK"),
]
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


@pytest.mark.parametrize(
    ("to_alarm", "text", "treatment", "state"),
    [
        (to_alarm, text, treatment, state)
        for to_alarm, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
        for text, *states in table
        for treatment, state in zip(TREATMENTS, states, strict=True)
    ],
)
def test_missing_data(to_alarm: int, text: str, treatment: str, state: str | None) -> None:
    assert evaluate(settings(treatment, 3, to_alarm), points(text), 0).state == state


@pytest.mark.parametrize(
    ("text", "treatment", "to_alarm", "reason"),
    [
        (
            "X X",
            "missing",
            None,
            "Threshold Crossed: 2 datapoints [90.0 (01/01/70 00:00:00), 90.0 (31/12/69 23:59:00)] "
            "were greater than the threshold (50.0).",
        ),
        (
            "0 X",
            "missing",
            1,
            "Threshold Crossed: 2 out of the last 2 datapoints [90.0 (01/01/70 00:00:00), "
            "10.0 (31/12/69 23:59:00)] were greater than the threshold (50.0) "
            "(minimum 1 datapoint for OK -> ALARM transition).",
        ),
        ("- -", "missing", None, "Insufficient Data: 2 datapoints were unknown."),
        (
            "- -",
            "breaching",
            None,
            "Threshold Crossed: no datapoints were received for 2 periods "
            "and 2 missing datapoints were treated as [Breaching].",
        ),
    ],
)
def test_reasons(text: str, treatment: str, to_alarm: int | None, reason: str) -> None:
    assert evaluate(settings(treatment, 2, to_alarm), points(text), 0).reason == reason
