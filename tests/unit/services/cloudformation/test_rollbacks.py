"""Updates that fail, are cancelled or killed are undone; a deletion cuts a creation short."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.cloudformation.stacks_helpers import TWO, Stacks

from windsock.engine.engine import Engine
from windsock.engine.rooms import Rooms
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError
from windsock.store.store import Store

# The update of this fails: `Wrong` needs what changes and what is replaced.
CHANGED = """
Parameters: {Word: {Type: String, Default: two}}
Resources:
  First: {Type: AWS::SNS::Topic, Properties: {TopicName: first, DisplayName: !Ref Word}}
  Second: {Type: AWS::SNS::Topic, Properties: {TopicName: other}}
  Wrong: {Type: AWS::SNS::Topic, Properties: {TopicName: 'no name!'}, DependsOn: [First, Second]}
"""
FIRST = "arn:aws:sns:us-east-1:000000000000:first"


@pytest.fixture
def stacks(driver: Driver) -> Stacks:
    return Stacks(driver)


async def display_name(driver: Driver) -> str:
    """What the topic `first` is called now."""
    attributes = (await driver("sns", "GetTopicAttributes", TopicArn=FIRST))["Attributes"]
    return str(attributes["DisplayName"])


@pytest.mark.parametrize("turns", range(0, 400, 13))
async def test_an_update_that_fails_and_is_killed_is_undone(
    rooms: Rooms, tmp_path: Path, empty_database: Path, turns: int
) -> None:
    """The process ends after so many turns of its loop, in the update or in undoing it."""
    database = tmp_path / "windsock.db"
    shutil.copyfile(empty_database, database)
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, VirtualClock(START_MS), rooms)
        await engine.start()
        driver = Driver(engine, VirtualClock(START_MS))
        await Stacks(driver)("CreateStack", StackName="s", TemplateBody=TWO)
        await driver("cloudformation", "UpdateStack", StackName="s", TemplateBody=CHANGED)
        for _ in range(turns):
            await asyncio.sleep(0)
        await engine.stop()
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, VirtualClock(START_MS), rooms)
        await engine.start()
        driver = Driver(engine, VirtualClock(START_MS))
        await driver.settle()
        stacks = Stacks(driver)
        assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
        assert await stacks.topics() == ["first", "first-second"]
        assert await display_name(driver) == "one"
        await engine.stop()


@pytest.mark.parametrize("turns", range(0, 90, 7))
async def test_a_deletion_cuts_a_creation_short(driver: Driver, stacks: Stacks, turns: int) -> None:
    made = await driver("cloudformation", "CreateStack", StackName="s", TemplateBody=TWO)
    for _ in range(turns):
        await asyncio.sleep(0)
    await stacks("DeleteStack", StackName="s")
    assert await stacks.status(made["StackId"]) == "DELETE_COMPLETE"
    assert await stacks.topics() == []


async def test_what_is_set_on_a_stack_meanwhile_stays(driver: Driver, stacks: Stacks) -> None:
    await driver("cloudformation", "CreateStack", StackName="s", TemplateBody=TWO)
    await driver(
        "cloudformation", "UpdateTerminationProtection", StackName="s", EnableTerminationProtection=True
    )
    await driver.settle()
    stack = await stacks.stack("s")
    assert (stack["StackStatus"], stack["EnableTerminationProtection"]) == ("CREATE_COMPLETE", True)
    with pytest.raises(AwsError, match="cannot be deleted while TerminationProtection is enabled"):
        await stacks("DeleteStack", StackName="s")


async def test_an_update_can_be_cancelled(driver: Driver, stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    with pytest.raises(AwsError, match="CancelUpdateStack cannot be called from current stack status"):
        await stacks("CancelUpdateStack", StackName="s")
    await driver(
        "cloudformation", "UpdateStack", StackName="s", TemplateBody=TWO.replace("second'", "other'")
    )
    with pytest.raises(AwsError, match="cannot be deleted while in status UPDATE_IN_PROGRESS"):
        await driver("cloudformation", "DeleteStack", StackName="s")
    with pytest.raises(AwsError, match="is in UPDATE_IN_PROGRESS state and can not be updated"):
        await driver("cloudformation", "UpdateStack", StackName="s", TemplateBody=CHANGED)
    await stacks("CancelUpdateStack", StackName="s")
    assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert await stacks.topics() == ["first", "first-second"]


async def stuck(driver: Driver, stacks: Stacks) -> None:
    """A stack whose update could not be undone: somebody removed a topic that had been changed."""
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    await stacks("UpdateStack", StackName="s", TemplateBody=CHANGED, DisableRollback=True)
    assert await stacks.status("s") == "UPDATE_FAILED"
    await driver("sns", "DeleteTopic", TopicArn=FIRST)
    await stacks("RollbackStack", StackName="s")
    assert await stacks.status("s") == "UPDATE_ROLLBACK_FAILED"


async def test_undoing_an_update_can_be_tried_again(driver: Driver, stacks: Stacks) -> None:
    await stuck(driver, stacks)
    await driver("sns", "CreateTopic", Name="first", Attributes={"DisplayName": "two"})
    await stacks("ContinueUpdateRollback", StackName="s")
    assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert await stacks.topics() == ["first", "first-second"]
    assert await display_name(driver) == "one"


async def test_what_cannot_be_undone_can_be_skipped(driver: Driver, stacks: Stacks) -> None:
    await stuck(driver, stacks)
    with pytest.raises(AwsError, match="Second is not in UPDATE_FAILED state and can not be skipped"):
        await stacks("ContinueUpdateRollback", StackName="s", ResourcesToSkip=["Second"])
    await stacks("ContinueUpdateRollback", StackName="s", ResourcesToSkip=["First"])
    assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert await stacks.topics() == ["first-second"]


async def test_an_update_that_failed_can_be_followed_by_another(driver: Driver, stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    await stacks("UpdateStack", StackName="s", TemplateBody=CHANGED, DisableRollback=True)
    assert await stacks.status("s") == "UPDATE_FAILED"
    await stacks("UpdateStack", StackName="s", TemplateBody=CHANGED)
    assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert await stacks.topics() == ["first", "first-second"]
    assert await display_name(driver) == "one"
    await stacks("UpdateStack", StackName="s", TemplateBody=CHANGED, DisableRollback=True)
    mended = CHANGED.replace("no name!", "mended")
    await stacks("UpdateStack", StackName="s", TemplateBody=mended)
    assert await stacks.status("s") == "UPDATE_COMPLETE"
    assert await stacks.topics() == ["first", "mended", "other"]


async def test_undoing_is_another_request_than_the_update(driver: Driver, stacks: Stacks) -> None:
    """Calls that take a token are refused when it comes again with other parameters."""
    template = """
    Resources:
      Schedule:
        Type: AWS::Scheduler::Schedule
        Properties:
          Name: daily
          ScheduleExpression: rate(1 day)
          FlexibleTimeWindow: {Mode: 'OFF'}
          Target: {Arn: !GetAtt Queue.Arn, RoleArn: !GetAtt Role.Arn}
      Queue: {Type: AWS::SQS::Queue}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: scheduler.amazonaws.com}}
    """
    agreed = {"Capabilities": ["CAPABILITY_IAM"]}
    await stacks("CreateStack", StackName="s", TemplateBody=template, **agreed)
    assert await stacks.status("s") == "CREATE_COMPLETE"
    wrong = "  Wrong: {Type: AWS::SNS::Topic, DependsOn: Schedule, Properties: {TopicName: 'no name!'}}\n"
    changed = template.replace("rate(1 day)", "rate(2 days)") + f"    {wrong}"
    await stacks("UpdateStack", StackName="s", TemplateBody=changed, **agreed)
    assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
    schedule = await driver("scheduler", "GetSchedule", Name="daily")
    assert schedule["ScheduleExpression"] == "rate(1 day)"
