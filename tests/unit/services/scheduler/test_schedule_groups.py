"""Groups of schedules, and their tags."""

from __future__ import annotations

import pytest
from tests.conftest import Driver
from tests.unit.services.scheduler.scheduler_helpers import DAY, OFF, QUEUE, ROLE, bodies, create

from windsock.kernel.errors import AwsError
from windsock.services.scheduler import groups

ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule-group/"


async def names(driver: Driver, **params: str) -> list[str]:
    answer = await driver("scheduler", "ListScheduleGroups", **params)
    return [group["Name"] for group in answer["ScheduleGroups"]]


async def test_the_default_group_is_always_there(driver: Driver) -> None:
    assert (await driver("scheduler", "GetScheduleGroup", Name="default"))["State"] == "ACTIVE"
    assert await names(driver) == ["default"]
    with pytest.raises(AwsError, match="ValidationException: The default schedule group cannot be deleted"):
        await driver("scheduler", "DeleteScheduleGroup", Name="default")


async def test_groups_are_made_listed_and_deleted(driver: Driver) -> None:
    assert await driver("scheduler", "CreateScheduleGroup", Name="g") == {"ScheduleGroupArn": ARN + "g"}
    with pytest.raises(AwsError, match="ConflictException: Schedule group g already exists"):
        await driver("scheduler", "CreateScheduleGroup", Name="g")
    assert await names(driver) == ["default", "g"]
    assert await names(driver, NamePrefix="g") == ["g"]
    await driver("scheduler", "DeleteScheduleGroup", Name="g")
    for operation in ("GetScheduleGroup", "DeleteScheduleGroup"):
        with pytest.raises(AwsError, match="ResourceNotFoundException: Schedule group g does not exist"):
            await driver("scheduler", operation, Name="g")


async def test_deleting_a_group_deletes_its_schedules(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "DELETED_AT_ONCE", 2)
    await driver("sqs", "CreateQueue", QueueName="q")
    await driver("scheduler", "CreateScheduleGroup", Name="g")
    for number in range(5):
        await create(driver, "cron(0 1 * * ? *)", f"s{number}", GroupName="g")
    await create(driver, "cron(0 1 * * ? *)", "other")
    await driver("scheduler", "DeleteScheduleGroup", Name="g")
    assert (await driver("scheduler", "GetScheduleGroup", Name="g"))["State"] == "DELETING"
    with pytest.raises(AwsError, match="ConflictException: Schedule group g is being deleted"):
        await driver(
            "scheduler",
            "CreateSchedule",
            Name="late",
            GroupName="g",
            ScheduleExpression="rate(1 days)",
            FlexibleTimeWindow=OFF,
            Target={"Arn": QUEUE, "RoleArn": ROLE},
        )
    await driver.advance(DAY)
    assert await names(driver) == ["default"]
    assert len(await bodies(driver)) == 1


async def test_tags_of_groups(driver: Driver) -> None:
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    await driver("scheduler", "CreateScheduleGroup", Name="g", Tags=tags)
    await driver("scheduler", "TagResource", ResourceArn=ARN + "g", Tags=[{"Key": "a", "Value": "3"}])
    await driver("scheduler", "UntagResource", ResourceArn=ARN + "g", TagKeys=["b", "c"])
    answer = await driver("scheduler", "ListTagsForResource", ResourceArn=ARN + "g")
    assert answer == {"Tags": [{"Key": "a", "Value": "3"}]}
    await driver("scheduler", "TagResource", ResourceArn=ARN + "default", Tags=tags)
    assert await driver("scheduler", "ListTagsForResource", ResourceArn=ARN + "default") == {"Tags": tags}
    with pytest.raises(AwsError, match="aws: prefixed tag key names are not allowed"):
        await driver("scheduler", "TagResource", ResourceArn=ARN + "g", Tags=[{"Key": "aws:x", "Value": "1"}])
    with pytest.raises(AwsError, match="Schedule group h does not exist"):
        await driver("scheduler", "ListTagsForResource", ResourceArn=ARN + "h")


async def test_there_is_a_quota(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "SCHEDULE_GROUPS", 2)
    await driver("scheduler", "CreateScheduleGroup", Name="g")
    with pytest.raises(AwsError) as caught:
        await driver("scheduler", "CreateScheduleGroup", Name="h")
    assert (caught.value.code, caught.value.status) == ("ServiceQuotaExceededException", 402)
