"""When schedules invoke their targets. Time begins on Monday, 2017-01-02 at 00:00 UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.scheduler.scheduler_helpers import DAY, bodies, counted, create, messages

from windsock.kernel.errors import AwsError


@pytest.fixture(autouse=True)
async def queue(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="q", Attributes={"MessageRetentionPeriod": "1209600"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_a_rate_begins_at_once(driver: Driver) -> None:
    await create(driver, "rate(6 hours)")
    await driver.advance(DAY / 2)
    assert await bodies(driver) == ["2017-01-02T00:00:00Z", "2017-01-02T06:00:00Z", "2017-01-02T12:00:00Z"]
    assert counted(driver, "InvocationAttemptCount") == 3
    assert counted(driver, "TargetErrorCount") == 0


async def test_a_rate_begins_at_its_start_and_ends_at_its_end(driver: Driver) -> None:
    await create(
        driver, "rate(1 hours)", StartDate=at("2017-01-02T03:30:00"), EndDate=at("2017-01-02T05:45:00")
    )
    await driver.advance(DAY)
    assert await bodies(driver) == ["2017-01-02T03:30:00Z", "2017-01-02T04:30:00Z", "2017-01-02T05:30:00Z"]


async def test_cron_goes_by_the_clocks_of_its_zone(driver: Driver) -> None:
    # Clocks in Berlin skip 02:00 to 03:00 on 26 March: what is due then is left out that day.
    await create(
        driver,
        "cron(30 2 * * ? *)",
        ScheduleExpressionTimezone="Europe/Berlin",
        StartDate=at("2017-03-25T00:00:00"),
        EndDate=at("2017-03-28T00:00:00"),
    )
    await driver.advance(82 * DAY)
    assert await bodies(driver) == []
    await driver.advance(7 * DAY)
    assert await bodies(driver) == ["2017-03-25T01:30:00Z", "2017-03-27T00:30:00Z"]


async def test_a_one_time_schedule_fires_once_and_stays(driver: Driver) -> None:
    await create(driver, "at(2017-01-03T09:00:00)", ScheduleExpressionTimezone="America/New_York")
    await driver.advance(10 * DAY)
    assert await bodies(driver) == ["2017-01-03T14:00:00Z"]
    assert (await driver("scheduler", "GetSchedule", Name="s"))["ActionAfterCompletion"] == "NONE"


@pytest.mark.parametrize(
    ("expression", "dates"),
    [
        ("at(2017-01-02T01:00:00)", {}),
        ("rate(1 hours)", {"EndDate": at("2017-01-02T02:00:00")}),
    ],
)
async def test_a_schedule_may_go_after_its_last_time(
    driver: Driver, expression: str, dates: dict[str, Any]
) -> None:
    await create(driver, expression, ActionAfterCompletion="DELETE", **dates)
    await driver.advance(1800)
    await driver("scheduler", "GetSchedule", Name="s")
    await driver.advance(DAY)
    assert (await bodies(driver))[-1] >= "2017-01-02T01:00:00Z"
    with pytest.raises(AwsError, match="Schedule s does not exist"):
        await driver("scheduler", "GetSchedule", Name="s")


async def test_a_time_in_the_past_never_comes(driver: Driver) -> None:
    await create(driver, "at(2016-12-31T23:59:59)")
    await driver.advance(DAY)
    assert await bodies(driver) == []


async def test_a_disabled_schedule_rests(driver: Driver) -> None:
    await create(driver, "rate(1 hours)", State="DISABLED")
    await driver.advance(DAY)
    assert await bodies(driver) == []


async def test_a_flexible_window_moves_each_time_within_it(driver: Driver) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    for name in "abcdefgh":
        await create(driver, "cron(0 * * * ? *)", name, FlexibleTimeWindow=window)
    await driver.advance(900)
    sent = [
        int(message["Attributes"]["SentTimestamp"]) - driver.clock.now_ms() + 900_000
        for message in await messages(driver, AttributeNames=["SentTimestamp"])
    ]
    assert len(sent) == 8
    assert all(0 <= offset < 900_000 for offset in sent)
    assert len(set(sent)) == 8, "schedules that are due together are spread"


async def test_a_window_longer_than_the_rate_loses_nothing(driver: Driver) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30}
    await create(driver, "rate(5 minutes)", FlexibleTimeWindow=window, EndDate=at("2017-01-02T02:00:00"))
    await driver.advance(3 * 3600)
    assert len(set(await bodies(driver))) == 25


async def test_an_update_in_the_middle_of_a_window_neither_loses_nor_repeats(driver: Driver) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60}
    await create(driver, "cron(0 12 * * ? *)", FlexibleTimeWindow=window)
    await driver.advance(DAY / 2)
    for _ in range(12):
        await driver.advance(300)
        schedule = await driver("scheduler", "GetSchedule", Name="s")
        kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
        await driver("scheduler", "UpdateSchedule", **{name: schedule[name] for name in kept})
    await driver.advance(3600)
    assert await bodies(driver) == ["2017-01-02T12:00:00Z"]


async def test_a_rate_keeps_its_pace_through_an_update(driver: Driver) -> None:
    await create(driver, "rate(1 hours)")
    await driver.advance(1800)
    schedule = await driver("scheduler", "GetSchedule", Name="s")
    kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    await driver(
        "scheduler", "UpdateSchedule", **{name: schedule[name] for name in kept}, Description="changed"
    )
    await driver.advance(3600)
    assert await bodies(driver) == ["2017-01-02T00:00:00Z", "2017-01-02T01:00:00Z"]


async def test_deleting_ends_it(driver: Driver) -> None:
    await create(driver, "cron(0 * * * ? *)", StartDate=at("2017-01-02T01:00:00"))
    await driver("scheduler", "DeleteSchedule", Name="s")
    await driver.advance(DAY)
    assert await bodies(driver) == []


async def test_a_year_goes_by(driver: Driver) -> None:
    await create(driver, "cron(0 9 ? * MON-FRI *)", "weekdays", ScheduleExpressionTimezone="Europe/Rome")
    await create(driver, "cron(0 0 L * ? *)", "month-ends")
    await create(driver, "rate(7 days)", "weekly")
    await driver.advance(365 * DAY)
    assert counted(driver, "InvocationAttemptCount") == 261 + 12 + 53
