"""Stacks are made, changed, rolled back and removed resource by resource, also over a restart."""

from __future__ import annotations

import asyncio
import json
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

WRONG = "  Wrong: {Type: AWS::SNS::Topic, Properties: {TopicName: 'no name!'}, DependsOn: First}\n"


@pytest.fixture
def stacks(driver: Driver) -> Stacks:
    return Stacks(driver)


async def test_a_stack_is_made_in_the_order_of_what_needs_what(stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    assert await stacks.events("s") == [
        "s CREATE_IN_PROGRESS",
        "First CREATE_IN_PROGRESS",
        "First CREATE_IN_PROGRESS",
        "First CREATE_COMPLETE",
        "Second CREATE_IN_PROGRESS",
        "Second CREATE_IN_PROGRESS",
        "Second CREATE_COMPLETE",
        "s CREATE_COMPLETE",
    ]
    assert await stacks.topics() == ["first", "first-second"]
    assert await stacks.outputs("s") == {"Arn": "arn:aws:sns:us-east-1:000000000000:first-second"}


async def test_a_stack_that_fails_is_rolled_back(stacks: Stacks) -> None:
    template = TWO.replace("Outputs:", f"{WRONG}Outputs:")
    await stacks("CreateStack", StackName="s", TemplateBody=template)
    stack = await stacks.stack("s")
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert await stacks.topics() == []
    events = (await stacks("DescribeStackEvents", StackName="s"))["StackEvents"]
    (failed,) = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "Wrong"
    assert "Invalid parameter: Topic Name" in failed["ResourceStatusReason"]


@pytest.mark.parametrize(
    ("on_failure", "status"), [("DO_NOTHING", "CREATE_FAILED"), ("DELETE", "DELETE_COMPLETE")]
)
async def test_what_follows_a_failure_is_chosen(stacks: Stacks, on_failure: str, status: str) -> None:
    template = TWO.replace("Outputs:", f"{WRONG}Outputs:")
    made = await stacks("CreateStack", StackName="s", TemplateBody=template, OnFailure=on_failure)
    assert await stacks.status(made["StackId"]) == status
    assert ("first" in await stacks.topics()) is (on_failure == "DO_NOTHING")


async def test_an_update_changes_replaces_adds_and_removes(stacks: Stacks, driver: Driver) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    changed = """
    Parameters: {Word: {Type: String, Default: two}}
    Resources:
      First: {Type: AWS::SNS::Topic, Properties: {TopicName: first, DisplayName: !Ref Word}}
      Second: {Type: AWS::SNS::Topic, Properties: {TopicName: renamed}}
      Third: {Type: AWS::SNS::Topic, Properties: {TopicName: third}}
    """
    await stacks("UpdateStack", StackName="s", TemplateBody=changed)
    assert await stacks.status("s") == "UPDATE_COMPLETE"
    assert await stacks.topics() == ["first", "renamed", "third"]
    arn = "arn:aws:sns:us-east-1:000000000000:first"
    attributes = (await driver("sns", "GetTopicAttributes", TopicArn=arn))["Attributes"]
    assert attributes["DisplayName"] == "two"
    await stacks("UpdateStack", StackName="s", TemplateBody="Resources: {T: {Type: AWS::SNS::Topic}}")
    (left,) = await stacks.topics()
    assert left.startswith("s-T-")


async def test_an_update_that_fails_restores_what_was(stacks: Stacks, driver: Driver) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    template = TWO.replace("first-second", "other").replace("Default: one", "Default: two")
    template = template.replace("'${First.TopicName}-second'", "other").replace(
        "Outputs:", f"{WRONG}Outputs:"
    )
    await stacks("UpdateStack", StackName="s", TemplateBody=template)
    assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert await stacks.topics() == ["first", "first-second"]
    arn = "arn:aws:sns:us-east-1:000000000000:first"
    attributes = (await driver("sns", "GetTopicAttributes", TopicArn=arn))["Attributes"]
    assert attributes["DisplayName"] == "one"
    assert (await stacks.stack("s"))["Parameters"][0]["ParameterValue"] == "one"
    await stacks("UpdateStack", StackName="s", TemplateBody=TWO.replace("Default: one", "Default: three"))
    assert await stacks.status("s") == "UPDATE_COMPLETE"


async def test_a_stack_is_removed_but_for_what_it_is_to_keep(stacks: Stacks) -> None:
    template = TWO.replace(
        "Type: AWS::SNS::Topic, Properties: {TopicName: first,",
        "Type: AWS::SNS::Topic, DeletionPolicy: Retain, Properties: {TopicName: first,",
    )
    made = await stacks("CreateStack", StackName="s", TemplateBody=template)
    await stacks("DeleteStack", StackName="s")
    assert await stacks.status(made["StackId"]) == "DELETE_COMPLETE"
    assert await stacks.topics() == ["first"]
    with pytest.raises(AwsError, match="Stack with id s does not exist"):
        await stacks("DescribeStacks", StackName="s")
    await stacks("DeleteStack", StackName="s")  # no error


async def test_exports_are_kept_as_long_as_they_are_used(stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    user = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue second}}}"
    await stacks("CreateStack", StackName="user", TemplateBody=user)
    assert await stacks.status("user") == "CREATE_COMPLETE"
    assert (await stacks("ListImports", ExportName="second"))["Imports"] == ["user"]
    with pytest.raises(AwsError, match="Export second cannot be deleted as it is in use by user"):
        await stacks("DeleteStack", StackName="s")
    await stacks("DeleteStack", StackName="user")
    await stacks("DeleteStack", StackName="s")
    assert await stacks.topics() == []


@pytest.mark.parametrize("turns", range(0, 130, 9))
async def test_a_deployment_that_is_killed_goes_on(
    rooms: Rooms, tmp_path: Path, empty_database: Path, turns: int
) -> None:
    """The process ends after so many turns of its loop: whatever was done by then, the stack is whole."""
    database = tmp_path / "windsock.db"
    shutil.copyfile(empty_database, database)
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, VirtualClock(START_MS), rooms)
        await engine.start()
        driver = Driver(engine, VirtualClock(START_MS))
        await driver("cloudformation", "CreateStack", StackName="s", TemplateBody=TWO)
        for _ in range(turns):
            await asyncio.sleep(0)
        await engine.stop()
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, VirtualClock(START_MS), rooms)
        await engine.start()
        driver = Driver(engine, VirtualClock(START_MS))
        await driver.settle()
        stacks = Stacks(driver)
        assert await stacks.status("s") == "CREATE_COMPLETE"
        assert await stacks.topics() == ["first", "first-second"]
        await engine.stop()


async def test_a_policy_keeps_resources_from_updates(stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    allow = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    deny = {**allow, "Effect": "Deny", "Action": "Update:Replace", "Resource": "LogicalResourceId/Second"}
    await stacks("SetStackPolicy", StackName="s", StackPolicyBody=json.dumps({"Statement": [allow, deny]}))
    await stacks("UpdateStack", StackName="s", TemplateBody=TWO.replace("-second'", "-other'"))
    assert await stacks.status("s") == "UPDATE_ROLLBACK_COMPLETE"
    assert await stacks.topics() == ["first", "first-second"]
    await stacks("UpdateStack", StackName="s", TemplateBody=TWO.replace("Default: one", "Default: two"))
    assert await stacks.status("s") == "UPDATE_COMPLETE"


async def test_a_creation_left_as_it_was_can_be_rolled_back(stacks: Stacks) -> None:
    template = TWO.replace("Outputs:", f"{WRONG}Outputs:")
    await stacks("CreateStack", StackName="s", TemplateBody=template, DisableRollback=True)
    assert await stacks.status("s") == "CREATE_FAILED"
    await stacks("RollbackStack", StackName="s")
    assert await stacks.status("s") == "ROLLBACK_COMPLETE"
    assert await stacks.topics() == []


async def test_what_was_made_in_part_is_removed_too(stacks: Stacks, driver: Driver) -> None:
    template = """
    Resources:
      Rule:
        Type: AWS::Events::Rule
        Properties: {Name: r, ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: nowhere}]}
    """
    await stacks("CreateStack", StackName="s", TemplateBody=template)
    assert await stacks.status("s") == "ROLLBACK_COMPLETE"
    assert (await driver("events", "ListRules"))["Rules"] == []


async def test_a_resource_keeps_its_type(stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    other = "Resources: {First: {Type: AWS::SQS::Queue}}"
    with pytest.raises(AwsError, match=r"Update of resource type is not permitted\..*\[First\]"):
        await stacks("UpdateStack", StackName="s", TemplateBody=other)


async def test_two_stacks_cannot_export_one_name(stacks: Stacks, driver: Driver) -> None:
    other = "Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: x, Export: {Name: second}}}"
    await driver("cloudformation", "CreateStack", StackName="s", TemplateBody=TWO)
    await driver("cloudformation", "CreateStack", StackName="other", TemplateBody=other)
    await driver.settle()
    statuses = sorted([await stacks.status("s"), await stacks.status("other")])
    assert statuses == ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"]


async def test_an_export_in_use_stays_as_it_is(stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    user = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue second}}}"
    await stacks("CreateStack", StackName="user", TemplateBody=user)
    await stacks("UpdateStack", StackName="s", TemplateBody=TWO.replace("second'", "other'"))
    stack = await stacks.stack("s")
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    events = (await stacks("DescribeStackEvents", StackName="s"))["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events]
    assert "Cannot update export second as it is in use by user" in reasons
    assert await stacks.topics() == ["first", "first-second", *await _named(stacks, "user-T-")]


async def _named(stacks: Stacks, beginning: str) -> list[str]:
    return [name for name in await stacks.topics() if name.startswith(beginning)]


async def test_a_stack_that_is_only_looked_at_can_be_described_and_deleted(stacks: Stacks) -> None:
    made = await stacks(
        "CreateChangeSet", StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=TWO
    )
    assert await stacks.status("s") == "REVIEW_IN_PROGRESS"
    shown = await stacks("GetTemplate", StackName="s", ChangeSetName="c")
    assert shown["TemplateBody"] == TWO
    await stacks("DeleteStack", StackName="s")
    assert await stacks.status(made["StackId"]) == "DELETE_COMPLETE"


async def test_a_deleted_stack_is_told_of_for_ninety_days(stacks: Stacks, driver: Driver) -> None:
    made = await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    await stacks("DeleteStack", StackName="s")
    with pytest.raises(AwsError, match=r"Stack \[s\] does not exist"):
        await stacks("DescribeStackEvents", StackName="s")
    assert (await stacks("DescribeStackEvents", StackName=made["StackId"]))["StackEvents"]
    await driver.advance(90 * 24 * 3600)
    with pytest.raises(AwsError, match="does not exist"):
        await stacks("DescribeStacks", StackName=made["StackId"])


async def test_a_change_set_of_a_stack_that_was_changed_since_is_not_executed(stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=TWO)
    which = {"StackName": "s", "ChangeSetName": "c"}
    await stacks("CreateChangeSet", **which, TemplateBody=TWO.replace("Default: one", "Default: two"))
    await stacks("UpdateStack", StackName="s", TemplateBody=TWO.replace("Default: one", "Default: three"))
    assert (await stacks("DescribeChangeSet", **which))["ExecutionStatus"] == "OBSOLETE"
    with pytest.raises(AwsError, match=r"current execution status of \[OBSOLETE\]"):
        await stacks("ExecuteChangeSet", **which)
