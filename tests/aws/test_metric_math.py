"""Metric math from outside: the AWS CLI and boto3 calculate, search, and put an alarm on an expression."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import AwsCli, Client

from windsock.testing import Server

ACCOUNT = "515151515151"


def query(name: str, function: str) -> dict[str, Any]:
    metric = {
        "Namespace": "shop",
        "MetricName": name,
        "Dimensions": [{"Name": "Function", "Value": function}],
    }
    return {
        "Id": name.lower(),
        "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
        "ReturnData": False,
    }


def test_an_error_rate(client: Client, aws: Callable[[str], AwsCli], windsock: Server) -> None:
    cloudwatch = client("cloudwatch", ACCOUNT)
    for function, errors in (("pay", 3), ("ship", 0)):
        cloudwatch.put_metric_data(
            Namespace="shop",
            MetricData=[
                {"MetricName": name, "Value": value, "Dimensions": [{"Name": "Function", "Value": function}]}
                for name, value in (("Errors", errors), ("Calls", 20))
            ],
        )
    queries = [
        query("Errors", "pay"),
        query("Calls", "pay"),
        {"Id": "rate", "Expression": "100 * errors / calls"},
        {"Id": "total", "Expression": "SUM(SEARCH('{shop,Function} MetricName=\"Errors\"', 'Sum', 60))"},
    ]
    told = aws(ACCOUNT)(
        *("cloudwatch", "get-metric-data", "--metric-data-queries", json.dumps(queries)),
        *("--start-time", "2017-01-01T23:00:00Z", "--end-time", "2017-01-02T01:00:00Z"),
    )
    assert {each["Id"]: each["Values"] for each in json.loads(told)["MetricDataResults"]} == {
        "rate": [15.0],
        "total": [3.0],
    }

    cloudwatch.put_metric_alarm(
        AlarmName="rate",
        EvaluationPeriods=1,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=queries[:3],
    )
    windsock.advance(60)
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["rate"])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["Metrics"][2]["Expression"]) == ("ALARM", "100 * errors / calls")


def test_what_is_wrong_with_an_expression(client: Client) -> None:
    start = datetime(2017, 1, 1, tzinfo=UTC)
    with pytest.raises(ClientError, match=r"ValidationError.*Error in expression 'e1'"):
        client("cloudwatch", ACCOUNT).get_metric_data(
            MetricDataQueries=[{"Id": "e1", "Expression": "N(e1)"}],
            StartTime=start,
            EndTime=start + timedelta(hours=1),
        )
