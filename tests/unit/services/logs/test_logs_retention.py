"""Retention: events vanish on the clock, and from the disk bit by bit."""

from __future__ import annotations

import pytest
from tests.conftest import START_MS
from tests.unit.services.logs.conftest import DAY, Logs, messages

DAY_S = DAY / 1000


async def seen(logs: Logs) -> list[str]:
    got = messages(await logs("GetLogEvents", logGroupName="g", logStreamName="s", startFromHead=True))
    assert messages(await logs("FilterLogEvents", logGroupName="g")) == got
    return got


async def test_events_vanish_at_the_very_instant_they_expire(logs: Logs) -> None:
    await logs.make("g", "s")
    await logs("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await logs.put("g", "s", (0, "first"), (1000, "second"))
    await logs.driver.advance(DAY_S)
    assert await seen(logs) == ["first", "second"]
    await logs.driver.advance(0.001)
    assert await seen(logs) == ["second"]
    await logs.driver.advance(1)
    assert await seen(logs) == []


async def test_a_shorter_policy_taken_back_within_a_day_has_lost_nothing(logs: Logs) -> None:
    await logs.make("g", "s")
    await logs.put("g", "s", (-5 * DAY, "old"))
    await logs("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    assert await seen(logs) == []
    await logs.driver.advance(DAY_S / 2)
    await logs("DeleteRetentionPolicy", logGroupName="g")
    await logs.driver.advance(10 * DAY_S)
    assert await seen(logs) == ["old"]


async def test_expired_events_leave_the_disk_and_the_stored_bytes(logs: Logs) -> None:
    await logs.make("g", "s")
    await logs.put("g", "s", *((0, "x" * 74) for _ in range(1_200)))
    await logs.put("g", "s", (1, "kept"))
    await logs("PutRetentionPolicy", logGroupName="g", retentionInDays=3)
    await logs.driver.advance(2 * DAY_S)
    await logs.put("g", "s", (2 * DAY, "young"))
    assert logs.count_rows("logs_events") == 1_202
    await logs.driver.advance(2 * DAY_S)
    assert logs.count_rows("logs_events") == 1
    [group] = (await logs("DescribeLogGroups"))["logGroups"]
    assert (group["retentionInDays"], group["storedBytes"]) == (3, 31)


@pytest.mark.parametrize("days", [1, 3, 365, 400, 545, 2557, 3653])
async def test_allowed_periods_are_kept(logs: Logs, days: int) -> None:
    await logs.make("g")
    await logs("PutRetentionPolicy", logGroupName="g", retentionInDays=days)
    assert (await logs("DescribeLogGroups"))["logGroups"][0]["retentionInDays"] == days


@pytest.mark.parametrize("days", [0, 2, 10, 366, 4000])
async def test_other_periods_are_refused(logs: Logs, days: int) -> None:
    await logs.make("g")
    code, _ = await logs.refused("PutRetentionPolicy", logGroupName="g", retentionInDays=days)
    assert code == "InvalidParameterException"


async def test_a_policy_needs_a_group(logs: Logs) -> None:
    code, _ = await logs.refused("DeleteRetentionPolicy", logGroupName="none")
    assert code == "ResourceNotFoundException"


async def test_a_deleted_group_is_removed_bit_by_bit_and_its_successor_is_empty(logs: Logs) -> None:
    await logs.make("g", *(f"s{number}" for number in range(3)), "s")
    for _ in range(2):
        await logs.put("g", "s", *((0, "m") for _ in range(700)))
    await logs("DeleteLogGroup", logGroupName="g")
    await logs.make("g", "s")
    await logs.put("g", "s", (1, "new"))
    assert await seen(logs) == ["new"]
    await logs.driver.advance(1)
    assert logs.count_rows("logs_events") == 1
    assert logs.count_rows("logs_streams") == 1
    assert await seen(logs) == ["new"]


async def test_a_deleted_stream_is_not_found_by_a_search_and_leaves_the_disk(logs: Logs) -> None:
    await logs.make("g", "s", "t")
    await logs.put("g", "t", *((0, "gone") for _ in range(600)))
    await logs.put("g", "s", (0, "stays"))
    await logs("DeleteLogStream", logGroupName="g", logStreamName="t")
    assert await seen(logs) == ["stays"]
    await logs.driver.advance(1)
    assert logs.count_rows("logs_events") == 1
    assert (await logs("DescribeLogGroups"))["logGroups"][0]["storedBytes"] == 31
    events = (await logs("FilterLogEvents", logGroupName="g", startTime=START_MS))["events"]
    assert [event["logStreamName"] for event in events] == ["s"]
