"""Metric filters: their lists, and the samples they give."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from tests.unit.services.logs.conftest import Logs, all_pages

from windsock.engine.tables import metric_minutes

Samples = dict[tuple[str, str], tuple[float, float]]


def transformation(**members: Any) -> dict[str, Any]:
    return {"metricNamespace": "App", "metricName": "Errors", "metricValue": "1", **members}


async def put_filter(logs: Logs, name: str, pattern: str, group: str = "g", **members: Any) -> None:
    await logs(
        "PutMetricFilter",
        logGroupName=group,
        filterName=name,
        filterPattern=pattern,
        metricTransformations=[transformation(**members)],
    )


def samples(logs: Logs) -> Samples:
    """How many samples each metric got, and their sum, by name and dimensions."""
    rows = logs.driver.engine.store.read(lambda tx: tx.rows(metric_minutes.select()))
    return {(row.name, row.dimensions): (row.samples, row.total) for row in rows if row.namespace == "App"}


async def test_matching_events_are_counted(logs: Logs) -> None:
    await logs.make("g", "s")
    await put_filter(logs, "f", "ERROR")
    await logs.put("g", "s", (0, "ERROR one"), (0, "fine"), (0, "ERROR two"))
    assert samples(logs) == {("Errors", "{}"): (2, 2)}


async def test_a_field_gives_the_value_and_others_the_dimensions(logs: Logs) -> None:
    await logs.make("g", "s")
    await put_filter(
        logs,
        "f",
        "{ $.latency = * && $.path = * }",
        metricName="Latency",
        metricValue="$.latency",
        dimensions={"Path": "$.path"},
    )
    for event in (
        {"latency": 5, "path": "/a"},
        {"latency": 7.5, "path": "/a"},
        {"latency": "x", "path": "/a"},
    ):
        await logs.put("g", "s", (0, json.dumps(event)))
    assert samples(logs) == {("Latency", '{"Path":"/a"}'): (2, 12.5)}


async def test_a_field_of_a_space_delimited_event_gives_the_value(logs: Logs) -> None:
    await logs.make("g", "s")
    await put_filter(logs, "f", "[ip, status=4*, bytes]", metricName="Bytes", metricValue="$bytes")
    await logs.put("g", "s", (0, "127.0.0.1 404 1534"), (0, "127.0.0.1 200 9999"))
    assert samples(logs) == {("Bytes", "{}"): (1, 1534)}


async def test_the_default_is_given_when_nothing_matches(logs: Logs) -> None:
    await logs.make("g", "s")
    await put_filter(logs, "f", "ERROR", defaultValue=0.0)
    await logs.put("g", "s", (0, "fine"))
    assert samples(logs) == {("Errors", "{}"): (1, 0)}


async def test_a_filter_that_was_replaced_or_deleted_counts_no_more(logs: Logs) -> None:
    await logs.make("g", "s")
    await put_filter(logs, "f", "ERROR")
    await logs.put("g", "s", (0, "ERROR"))
    await put_filter(logs, "f", "WARN", metricName="Warnings")
    await logs.put("g", "s", (0, "ERROR"), (0, "WARN"))
    await logs("DeleteMetricFilter", logGroupName="g", filterName="f")
    await logs.put("g", "s", (0, "WARN"))
    assert samples(logs) == {("Errors", "{}"): (1, 1), ("Warnings", "{}"): (1, 1)}


async def test_filters_are_described_in_pages_and_counted_on_their_group(logs: Logs) -> None:
    await logs.make("g")
    await logs.make("h")
    for name in ("a", "b", "c"):
        await put_filter(logs, name, "x")
    await put_filter(logs, "b", "x", group="h")
    describe = partial(logs, "DescribeMetricFilters")
    pages = await all_pages(describe, "metricFilters", limit=3)
    keys = [[(each["filterName"], each["logGroupName"]) for each in page] for page in pages]
    assert keys == [[("a", "g"), ("b", "g"), ("b", "h")], [("c", "g")]]
    assert len((await describe(logGroupName="h"))["metricFilters"]) == 1
    counts = {
        group["logGroupName"]: group["metricFilterCount"]
        for group in (await logs("DescribeLogGroups"))["logGroups"]
    }
    assert counts == {"g": 3, "h": 1}
    await logs("DeleteLogGroup", logGroupName="g")
    assert len((await describe())["metricFilters"]) == 1


@pytest.mark.parametrize(
    "members",
    [
        {"defaultValue": 0.0, "dimensions": {"a": "$.a"}},
        {"dimensions": dict.fromkeys("abcd", "$.a")},
        {"metricValue": "one"},
        {"metricValue": "nan"},
        {"metricValue": "$"},
    ],
)
async def test_transformations_that_make_no_sense_are_refused(logs: Logs, members: dict[str, Any]) -> None:
    await logs.make("g")
    code, message = await logs.refused(
        "PutMetricFilter",
        logGroupName="g",
        filterName="f",
        filterPattern="",
        metricTransformations=[transformation(**members)],
    )
    assert code == "InvalidParameterException"
    assert message.startswith("Invalid metric transformation: ")


async def test_a_group_has_no_more_than_a_hundred_filters(logs: Logs) -> None:
    await logs.make("g")
    for number in range(100):
        await put_filter(logs, str(number), "x")
    await put_filter(logs, "99", "y")
    assert await logs.refused(
        "PutMetricFilter",
        logGroupName="g",
        filterName="100",
        filterPattern="x",
        metricTransformations=[transformation()],
    ) == ("LimitExceededException", "Resource limit exceeded.")


async def test_a_pattern_is_tested_on_messages(logs: Logs) -> None:
    answer = await logs(
        "TestMetricFilter",
        filterPattern='{ $.eventType = "Update*" }',
        logEventMessages=['{"eventType": "CreateTrail"}', '{"eventType": "UpdateTrail"}'],
    )
    assert answer["matches"] == [
        {
            "eventNumber": 2,
            "eventMessage": '{"eventType": "UpdateTrail"}',
            "extractedValues": {"$.eventType": "UpdateTrail"},
        }
    ]


async def test_what_is_missing_is_told(logs: Logs) -> None:
    await logs.make("g")
    assert await logs.refused("DeleteMetricFilter", logGroupName="g", filterName="f") == (
        "ResourceNotFoundException",
        "The specified metric filter does not exist.",
    )
    code, _ = await logs.refused("DescribeMetricFilters", metricName="m")
    assert code == "InvalidParameterException"
