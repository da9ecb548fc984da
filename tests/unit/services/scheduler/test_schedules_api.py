"""Schedules: made, changed, shown, listed and deleted; what AWS refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.scheduler.scheduler_helpers import OFF, QUEUE, ROLE, create

from windsock.kernel.errors import AwsError

START = datetime(2017, 1, 2, tzinfo=UTC)
KMS = "arn:aws:kms:us-east-1:000000000000:key/k"


async def test_what_was_given_is_shown_with_the_defaults(driver: Driver) -> None:
    arn = await create(driver, "rate(5 minutes)", State="DISABLED")
    assert await driver("scheduler", "GetSchedule", Name="s") == {
        "Arn": arn,
        "Name": "s",
        "GroupName": "default",
        "State": "DISABLED",
        "CreationDate": START,
        "LastModificationDate": START,
        "ScheduleExpression": "rate(5 minutes)",
        "ScheduleExpressionTimezone": "UTC",
        "Target": {
            "Arn": QUEUE,
            "RoleArn": ROLE,
            "Input": "<aws.scheduler.scheduled-time>",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
        },
        "FlexibleTimeWindow": OFF,
        "ActionAfterCompletion": "NONE",
    }


async def test_an_update_replaces_everything(driver: Driver) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 4}
    await create(
        driver,
        "at(2018-01-01T00:00:00)",
        Description="d",
        KmsKeyArn=KMS,
        FlexibleTimeWindow=window,
        StartDate=START,
        ScheduleExpressionTimezone="Europe/Rome",
        ActionAfterCompletion="DELETE",
    )
    shown = await driver("scheduler", "GetSchedule", Name="s")
    assert (shown["Description"], shown["KmsKeyArn"], shown["FlexibleTimeWindow"]) == ("d", KMS, window)
    assert (shown["StartDate"], shown["ScheduleExpressionTimezone"]) == (START, "Europe/Rome")
    await driver.advance(60)
    await driver(
        "scheduler",
        "UpdateSchedule",
        Name="s",
        ScheduleExpression="at(2018-01-01T00:00:00)",
        FlexibleTimeWindow=OFF,
        Target={"Arn": QUEUE, "RoleArn": ROLE},
    )
    shown = await driver("scheduler", "GetSchedule", Name="s")
    assert shown.keys() & {"Description", "KmsKeyArn", "StartDate"} == set()
    assert (shown["FlexibleTimeWindow"], shown["ActionAfterCompletion"]) == (OFF, "NONE")
    assert shown["LastModificationDate"] - shown["CreationDate"] == timedelta(minutes=1)


async def test_names_are_unique_in_their_group(driver: Driver) -> None:
    await driver("scheduler", "CreateScheduleGroup", Name="g")
    await create(driver, "rate(1 days)")
    await create(driver, "rate(1 days)", GroupName="g")
    with pytest.raises(AwsError) as caught:
        await create(driver, "rate(1 days)")
    assert (caught.value.code, caught.value.status) == ("ConflictException", 409)
    assert caught.value.message == "Schedule s already exists."


@pytest.mark.parametrize("operation", ["GetSchedule", "DeleteSchedule"])
async def test_what_is_not_there_is_told(driver: Driver, operation: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("scheduler", operation, Name="s")
    assert (caught.value.code, caught.value.status) == ("ResourceNotFoundException", 404)
    assert caught.value.message == "Schedule s does not exist."


async def test_a_group_that_is_not_there_is_told(driver: Driver) -> None:
    with pytest.raises(AwsError, match="ResourceNotFoundException: Schedule group g does not exist"):
        await create(driver, "rate(1 days)", GroupName="g")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"ScheduleExpressionTimezone": "Mars/X"}, "Invalid Schedule Expression Timezone Mars/X."),
        ({"ScheduleExpressionTimezone": "America"}, "Invalid Schedule Expression Timezone America."),
        ({"ScheduleExpressionTimezone": "../x"}, "Invalid Schedule Expression Timezone ../x."),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes must be specified"),
        (
            {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 1}},
            "MaximumWindowInMinutes must not be specified",
        ),
        (
            {"StartDate": START - timedelta(minutes=6)},
            "The StartDate you specify cannot be earlier than 5 minutes ago.",
        ),
        ({"StartDate": START, "EndDate": START}, "The EndDate you specify must be later than the StartDate."),
        (
            {"FlexibleTimeWindow": {"Mode": "SOMETIMES"}},
            "Value 'SOMETIMES' at 'flexibleTimeWindow.mode' failed to satisfy constraint",
        ),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused(driver: Driver, params: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await create(driver, "rate(1 days)", **params)
    assert caught.value.code == "ValidationException"
    assert message in caught.value.message


async def test_one_time_schedules_have_no_dates(driver: Driver) -> None:
    await create(driver, "at(2018-01-01T00:00:00)", StartDate=START - timedelta(days=1))


async def test_a_repeat_with_its_client_token_changes_nothing(driver: Driver) -> None:
    arn = await create(driver, "rate(1 days)", ClientToken="t")
    assert await create(driver, "rate(1 days)", ClientToken="t") == arn
    with pytest.raises(AwsError, match="ConflictException: Client token t was used"):
        await create(driver, "rate(2 days)", ClientToken="t")
    await driver("scheduler", "DeleteSchedule", Name="s", ClientToken="u")
    await driver("scheduler", "DeleteSchedule", Name="s", ClientToken="u")
    await driver.advance(9 * 3600)
    with pytest.raises(AwsError, match="Schedule s does not exist"):
        await driver("scheduler", "DeleteSchedule", Name="s", ClientToken="u")


async def test_lists_go_by_pages(driver: Driver) -> None:
    await driver("scheduler", "CreateScheduleGroup", Name="g")
    for name in ("a1", "a2", "b1"):
        await create(driver, "rate(1 days)", name, State="DISABLED" if name == "a2" else "ENABLED")
        await create(driver, "rate(1 days)", name, GroupName="g")

    async def listed(**params: Any) -> list[str]:
        found = []
        while True:
            page = await driver("scheduler", "ListSchedules", MaxResults=2, **params)
            assert len(page["Schedules"]) <= 2
            found += [f"{each['GroupName']}/{each['Name']}" for each in page["Schedules"]]
            if "NextToken" not in page:
                return found
            params["NextToken"] = page["NextToken"]

    assert await listed() == ["default/a1", "default/a2", "default/b1", "g/a1", "g/a2", "g/b1"]
    assert await listed(GroupName="g", NamePrefix="a") == ["g/a1", "g/a2"]
    assert await listed(State="DISABLED") == ["default/a2"]
    with pytest.raises(AwsError, match=r"Invalid NextToken\."):
        await driver("scheduler", "ListSchedules", NextToken="AAAA")
    with pytest.raises(AwsError, match="Schedule group h does not exist"):
        await driver("scheduler", "ListSchedules", GroupName="h")


async def test_accounts_and_regions_know_nothing_of_each_other(driver: Driver) -> None:
    await create(driver, "rate(1 days)")
    for place in ({"region": "eu-west-1"}, {"account": "111122223333"}):
        assert await driver("scheduler", "ListSchedules", **place) == {"Schedules": []}
