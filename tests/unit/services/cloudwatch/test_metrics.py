"""Metrics: put, listed, read, rolled up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import START_MS, Driver

from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError

START = to_datetime(START_MS)
DAY = 86_400


async def put(driver: Driver, *data: dict[str, Any], namespace: str = "app") -> None:
    await driver("cloudwatch", "PutMetricData", Namespace=namespace, MetricData=list(data))


async def statistics(driver: Driver, period: int = 60, **more: Any) -> list[dict[str, Any]]:
    params = {
        "Namespace": "app",
        "MetricName": "m",
        "StartTime": START,
        "EndTime": START + timedelta(hours=1),
        "Statistics": ["Sum"],
        **more,
    }
    answer = await driver("cloudwatch", "GetMetricStatistics", Period=period, **params)
    datapoints: list[dict[str, Any]] = answer["Datapoints"]
    return datapoints


async def test_periods_sum_up(driver: Driver) -> None:
    for minute, value in ((0, 1), (0, 2), (1, 4), (5, 8)):
        await put(driver, {"MetricName": "m", "Value": value, "Timestamp": START + timedelta(minutes=minute)})
    assert [(each["Timestamp"], each["Sum"]) for each in await statistics(driver)] == [
        (START, 3),
        (START + timedelta(minutes=1), 4),
        (START + timedelta(minutes=5), 8),
    ]
    assert [each["Sum"] for each in await statistics(driver, 300)] == [7, 8]


async def test_high_resolution_is_kept_by_the_second(driver: Driver) -> None:
    for second in range(0, 60, 5):
        moment = START + timedelta(seconds=second)
        await put(driver, {"MetricName": "m", "Value": 1, "Timestamp": moment, "StorageResolution": 1})
    assert len(await statistics(driver, 5)) == 12
    assert [each["Sum"] for each in await statistics(driver, 60)] == [12]


async def test_dimensions_make_another_metric_in_any_order(driver: Driver) -> None:
    one = [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    await put(driver, {"MetricName": "m", "Value": 1, "Dimensions": one})
    await put(driver, {"MetricName": "m", "Value": 2})
    assert [each["Sum"] for each in await statistics(driver, Dimensions=one[::-1])] == [1]
    assert [each["Sum"] for each in await statistics(driver)] == [2]
    listed = await driver("cloudwatch", "ListMetrics", Namespace="app", Dimensions=[{"Name": "a"}])
    assert [metric["Dimensions"] for metric in listed["Metrics"]] == [one]


async def test_percentiles_of_single_values(driver: Driver) -> None:
    await put(driver, {"MetricName": "m", "Values": [1, 2, 10], "Counts": [8, 1, 1]})
    (datapoint,) = await statistics(driver, Statistics=["Maximum"], ExtendedStatistics=["p90", "p50"])
    assert datapoint["ExtendedStatistics"] == {"p90": 2.0, "p50": 1.0}


async def test_a_call_is_taken_whole_or_not_at_all(driver: Driver) -> None:
    with pytest.raises(AwsError, match=r"MetricData.member.2.Values and MetricData.member.2.Counts"):
        await put(
            driver, {"MetricName": "m", "Value": 1}, {"MetricName": "m", "Values": [1], "Counts": [1, 2]}
        )
    assert await statistics(driver) == []


@pytest.mark.parametrize(
    ("datum", "code"),
    [
        ({}, "MissingParameter"),
        ({"Value": float("nan")}, "InvalidParameterValue"),
        ({"Value": 1, "Timestamp": START - timedelta(days=15)}, "InvalidParameterValue"),
        ({"Value": 1, "Timestamp": START + timedelta(hours=3)}, "InvalidParameterValue"),
        ({"Values": []}, "InvalidParameterValue"),
    ],
)
async def test_data_that_is_refused(driver: Driver, datum: dict[str, Any], code: str) -> None:
    with pytest.raises(AwsError) as refusal:
        await put(driver, {"MetricName": "m", **datum})
    assert refusal.value.code == code


async def test_namespaces_of_aws_are_its_own(driver: Driver) -> None:
    with pytest.raises(AwsError, match="AWS/"):
        await put(driver, {"MetricName": "m", "Value": 1}, namespace="AWS/EFS")


async def test_windsocks_own_counts_are_read(driver: Driver) -> None:
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["s"]}')
    await driver("sqs", "CreateQueue", QueueName="q")
    target = {"Id": "q", "Arn": "arn:aws:sqs:us-east-1:000000000000:q"}
    await driver("events", "PutTargets", Rule="r", Targets=[target])
    await driver("events", "PutEvents", Entries=[{"Source": "s", "DetailType": "d", "Detail": "{}"}])
    await driver.settle()
    await driver.advance(1)
    await driver("sqs", "CreateQueue", QueueName="another")
    found = await statistics(
        driver,
        Namespace="AWS/Events",
        MetricName="TriggeredRules",
        Dimensions=[{"Name": "RuleName", "Value": "r"}],
    )
    assert [each["Sum"] for each in found] == [1]


async def test_pages_of_a_series(driver: Driver) -> None:
    for minute in range(5):
        await put(
            driver, {"MetricName": "m", "Value": minute, "Timestamp": START + timedelta(minutes=minute)}
        )
    query = {
        "Id": "q",
        "MetricStat": {"Metric": {"Namespace": "app", "MetricName": "m"}, "Period": 60, "Stat": "Sum"},
    }
    seen: list[float] = []
    token: dict[str, str] = {}
    while True:
        answer = await driver(
            "cloudwatch",
            "GetMetricData",
            MetricDataQueries=[query],
            StartTime=START,
            EndTime=START + timedelta(hours=1),
            MaxDatapoints=2,
            ScanBy="TimestampAscending",
            **token,
        )
        seen += answer["MetricDataResults"][0]["Values"]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert seen == [0, 1, 2, 3, 4]


def stat(name: str, dimensions: dict[str, str] | None = None) -> dict[str, Any]:
    listed = [{"Name": key, "Value": value} for key, value in (dimensions or {}).items()]
    metric = {"Namespace": "app", "MetricName": name, "Dimensions": listed}
    return {"Metric": metric, "Period": 60, "Stat": "Sum"}


async def calculated(driver: Driver, *queries: dict[str, Any]) -> list[tuple[str, str, list[float]]]:
    """The id, label and values (oldest first) of each result."""
    answer = await driver(
        "cloudwatch",
        "GetMetricData",
        MetricDataQueries=list(queries),
        StartTime=START,
        EndTime=START + timedelta(minutes=5),
        ScanBy="TimestampAscending",
    )
    return [(each["Id"], each["Label"], each["Values"]) for each in answer["MetricDataResults"]]


async def put_errors(driver: Driver) -> None:
    for minute, (errors, calls) in enumerate([(1, 10), (5, 20), (0, 40)]):
        at = START + timedelta(minutes=minute)
        for name, value in (("errors", errors), ("calls", calls)):
            await put(driver, {"MetricName": name, "Value": value, "Timestamp": at})


async def test_expressions_are_calculated(driver: Driver) -> None:
    await put_errors(driver)
    errors = {"Id": "m1", "MetricStat": stat("errors"), "ReturnData": False}
    calls = {"Id": "m2", "MetricStat": stat("calls"), "Label": "calls", "ReturnData": False}
    assert await calculated(
        driver,
        errors,
        calls,
        {"Id": "rate", "Expression": "100 * m1 / m2"},
        {"Id": "worst", "Expression": "IF(rate > 20, rate)", "Label": "worst of all"},
        {"Id": "all", "Expression": "METRICS() * 2", "Label": "twice"},
        {"Id": "padded", "Expression": "FILL(m1, 0)"},
    ) == [
        ("rate", "rate", [10, 25, 0]),
        ("worst", "worst of all", [25]),
        ("all", "twice errors", [2, 10, 0]),
        ("all", "twice calls", [20, 40, 80]),
        ("padded", "padded", [1, 5, 0, 0, 0]),
    ]


async def test_a_search_finds_what_there_is(driver: Driver) -> None:
    for queue in ("a", "b"):
        dimensions = [{"Name": "Queue", "Value": queue}]
        await put(driver, {"MetricName": "depth", "Value": 2, "Timestamp": START, "Dimensions": dimensions})
    await put_errors(driver)
    search = "SEARCH('{app,Queue} MetricName=\"depth\"', 'Sum', 60)"
    assert await calculated(driver, {"Id": "e1", "Expression": search}) == [
        ("e1", "a depth", [2]),
        ("e1", "b depth", [2]),
    ]
    assert await calculated(driver, {"Id": "e1", "Expression": f"SUM({search})"}) == [("e1", "e1", [4])]


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ("m1 +", "ValidationError", "Error in expression 'e': unexpected end."),
        ("AVG(m1)", "ValidationError", "the result must be a time series"),
        ("gone * 2", "ValidationError", "there is no metric and no expression gone"),
        ("SEARCH('{', 'Sum', 60)", "ValidationError", "there is nothing to search for in {"),
        ("SEARCH('x', 'Median', 60)", "ValidationError", "Median is no statistic"),
        ("ANOMALY_DETECTION_BAND(m1)", "NotImplemented", "GetMetricData with ANOMALY_DETECTION_BAND"),
        ("SELECT AVG(x) FROM app", "NotImplemented", "GetMetricData with a Metrics Insights query"),
    ],
)
async def test_what_cannot_be_calculated(driver: Driver, expression: str, code: str, message: str) -> None:
    with pytest.raises(AwsError) as refusal:
        await calculated(
            driver,
            {"Id": "m1", "MetricStat": stat("errors")},
            {"Id": "e", "Expression": expression},
        )
    assert refusal.value.code == code
    assert message in refusal.value.message


async def test_old_datapoints_are_rolled_up_and_removed(driver: Driver) -> None:
    for second in (0, 61):
        moment = START + timedelta(seconds=second)
        await put(driver, {"MetricName": "m", "Value": 2, "Timestamp": moment, "StorageResolution": 1})
    soon = START + timedelta(minutes=2)
    assert len(await statistics(driver, 1, EndTime=soon)) == 2
    await driver.advance(4 * 3600)
    assert [each["Sum"] for each in await statistics(driver, 60)] == [2, 2]
    await driver.advance(16 * DAY)
    assert [each["Sum"] for each in await statistics(driver, 300)] == [4]
    await driver.advance(440 * DAY)
    assert await statistics(driver, 3600) == []
    assert (await driver("cloudwatch", "ListMetrics", Namespace="app"))["Metrics"] == []
