"""Stacks within stacks go back with the stack that they are of."""

from __future__ import annotations

import pytest
from tests.conftest import Driver
from tests.unit.services.cloudformation.stacks_helpers import Stacks

PARENT = """
Parameters: {Name: {Type: String}}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://templates.s3.amazonaws.com/inner.yaml
      Parameters: {Name: !Ref Name}
  Beside: {Type: AWS::SNS::Topic, Properties: {TopicName: beside, DisplayName: !Ref Name}}
"""
INNER = b"""
Parameters: {Name: {Type: String}}
Resources:
  First: {Type: AWS::SNS::Topic, Properties: {TopicName: first, DisplayName: !Ref Name}}
  Second: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Name}, DependsOn: First}
"""


@pytest.fixture
async def stacks(driver: Driver) -> Stacks:
    await driver("s3", "CreateBucket", Bucket="templates")
    await driver("s3", "PutObject", Bucket="templates", Key="inner.yaml", Body=INNER)
    return Stacks(driver)


def named(name: str) -> list[dict[str, str]]:
    return [{"ParameterKey": "Name", "ParameterValue": name}]


async def statuses(driver: Driver) -> dict[str, str]:
    """The status of each stack there was, by the beginning of its name."""
    await driver.advance(30)
    stacks = (await driver("cloudformation", "ListStacks"))["StackSummaries"]
    return {each["StackName"][:7]: each["StackStatus"] for each in stacks}


async def test_a_nested_stack_that_fails_is_removed(driver: Driver, stacks: Stacks) -> None:
    await driver(
        "cloudformation", "CreateStack", StackName="s", TemplateBody=PARENT, Parameters=named("no name!")
    )
    assert await statuses(driver) == {"s": "ROLLBACK_COMPLETE", "s-Inner": "DELETE_COMPLETE"}
    assert await stacks.topics() == []


async def test_a_nested_update_that_fails_is_undone(driver: Driver, stacks: Stacks) -> None:
    await driver("cloudformation", "CreateStack", StackName="s", TemplateBody=PARENT, Parameters=named("one"))
    assert await statuses(driver) == {"s": "CREATE_COMPLETE", "s-Inner": "CREATE_COMPLETE"}
    await driver(
        "cloudformation",
        "UpdateStack",
        StackName="s",
        UsePreviousTemplate=True,
        Parameters=named("no name!"),
    )
    assert await statuses(driver) == {"s": "UPDATE_ROLLBACK_COMPLETE", "s-Inner": "UPDATE_ROLLBACK_COMPLETE"}
    assert await stacks.topics() == ["beside", "first", "one"]
    await driver("cloudformation", "DeleteStack", StackName="s")
    assert await statuses(driver) == {"s": "DELETE_COMPLETE", "s-Inner": "DELETE_COMPLETE"}
    assert await stacks.topics() == []
