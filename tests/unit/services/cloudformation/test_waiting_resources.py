"""Resources that somebody else makes, or says are made, and how long that may take."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.cloudformation.stacks_helpers import Stacks

from windsock.kernel.errors import AwsError

QUEUE = "http://localhost:4566/000000000000/requests"
TOPIC = "arn:aws:sns:us-east-1:000000000000:maker"
CUSTOM = f"""
Resources:
  Made: {{Type: Custom::Thing, Properties: {{ServiceToken: '{TOPIC}', Size: 5, List: [true]}}}}
  After: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !GetAtt Made.Name}}}}
Outputs: {{Id: {{Value: !Ref Made}}}}
"""
SIGNALLED = """
Resources:
  Slow:
    Type: AWS::SNS::Topic
    CreationPolicy: {ResourceSignal: {Count: 2, Timeout: PT15M}}
    Properties: {TopicName: slow}
"""


@pytest.fixture
async def stacks(driver: Driver) -> Stacks:
    await driver("sns", "CreateTopic", Name="maker")
    await driver("sqs", "CreateQueue", QueueName="requests")
    queue = "arn:aws:sqs:us-east-1:000000000000:requests"
    await driver("sns", "Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=queue)
    return Stacks(driver)


async def asked(driver: Driver) -> dict[str, Any]:
    """The request that came last for a custom resource."""
    await driver.settle()
    (message,) = (await driver("sqs", "ReceiveMessage", QueueUrl=QUEUE))["Messages"]
    await driver("sqs", "DeleteMessage", QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"])
    request: dict[str, Any] = json.loads(json.loads(message["Body"])["Message"])
    return request


async def answer(driver: Driver, request: dict[str, Any], **more: Any) -> None:
    """Answer as whoever makes the resource does."""
    token = re.fullmatch(r".*/_windsock/cloudformation/responses/(.+)", request["ResponseURL"])
    assert token is not None
    await driver("cloudformation", "PutCustomResourceResponse", Token=token[1], Response=more)
    await driver.settle()


async def test_a_custom_resource_is_asked_for_and_answers(driver: Driver, stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=CUSTOM)
    request = await asked(driver)
    assert (request["RequestType"], request["ResourceType"]) == ("Create", "Custom::Thing")
    assert request["ResourceProperties"] == {"ServiceToken": TOPIC, "Size": "5", "List": ["true"]}
    await answer(driver, request, Status="SUCCESS", PhysicalResourceId="thing-1", Data={"Name": "after"})
    assert await stacks.status("s") == "CREATE_COMPLETE"
    assert await stacks.outputs("s") == {"Id": "thing-1"}
    assert "after" in await stacks.topics()

    await stacks("UpdateStack", StackName="s", TemplateBody=CUSTOM.replace("Size: 5", "Size: 6"))
    request = await asked(driver)
    assert (request["RequestType"], request["PhysicalResourceId"]) == ("Update", "thing-1")
    assert request["OldResourceProperties"]["Size"] == "5"
    await answer(driver, request, Status="SUCCESS", PhysicalResourceId="thing-2", Data={"Name": "after"})
    request = await asked(driver)  # another id is another resource: the old one goes
    assert (request["RequestType"], request["PhysicalResourceId"]) == ("Delete", "thing-1")
    await answer(driver, request, Status="SUCCESS", PhysicalResourceId="thing-1")
    assert await stacks.status("s") == "UPDATE_COMPLETE"
    assert await stacks.outputs("s") == {"Id": "thing-2"}


async def test_a_custom_resource_that_fails_rolls_the_stack_back(driver: Driver, stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=CUSTOM)
    await answer(driver, await asked(driver), Status="FAILED", Reason="no room", PhysicalResourceId="x")
    stack = await stacks.stack("s")
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    events = (await stacks("DescribeStackEvents", StackName="s"))["StackEvents"]
    assert any("Message returned: no room" in each.get("ResourceStatusReason", "") for each in events)


async def test_an_answer_that_nobody_waits_for_is_refused(driver: Driver) -> None:
    with pytest.raises(AwsError, match="Nobody waits for this answer"):
        await driver("cloudformation", "PutCustomResourceResponse", Token="x", Response={})


async def test_a_custom_resource_that_never_answers_fails_after_an_hour(
    driver: Driver, stacks: Stacks
) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=CUSTOM)
    await driver.advance(3599)
    assert await stacks.status("s") == "CREATE_IN_PROGRESS"
    await driver.advance(1)
    assert await stacks.status("s") == "ROLLBACK_COMPLETE"


async def test_many_resources_may_wait_at_once(driver: Driver, stacks: Stacks) -> None:
    made = f"{{Type: Custom::Thing, Properties: {{ServiceToken: '{TOPIC}'}}}}"
    several = f"Resources: {{A: {made}, B: {made}, C: {made}}}"
    await stacks("CreateStack", StackName="s", TemplateBody=several)
    await driver.advance(3599)
    assert await stacks.status("s") == "CREATE_IN_PROGRESS"
    await driver.advance(1)
    assert await stacks.status("s") == "ROLLBACK_COMPLETE"


async def test_a_stack_may_take_so_long_and_no_longer(driver: Driver, stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=CUSTOM, TimeoutInMinutes=10)
    await driver.advance(599)
    assert await stacks.status("s") == "CREATE_IN_PROGRESS"
    await driver.advance(1)
    assert await stacks.status("s") == "ROLLBACK_COMPLETE"


async def test_a_resource_waits_for_its_signals(driver: Driver, stacks: Stacks) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=SIGNALLED)
    signal = {"StackName": "s", "LogicalResourceId": "Slow", "Status": "SUCCESS"}
    await stacks("SignalResource", **signal, UniqueId="one")
    await stacks("SignalResource", **signal, UniqueId="one")  # the same again
    await driver.advance(60)
    assert await stacks.status("s") == "CREATE_IN_PROGRESS"
    await stacks("SignalResource", **signal, UniqueId="two")
    await driver.advance(10)
    assert await stacks.status("s") == "CREATE_COMPLETE"


@pytest.mark.parametrize("signals", [[], ["FAILURE"]])
async def test_a_resource_without_its_signals_fails(
    driver: Driver, stacks: Stacks, signals: list[str]
) -> None:
    await stacks("CreateStack", StackName="s", TemplateBody=SIGNALLED)
    for status in signals:
        await stacks("SignalResource", StackName="s", LogicalResourceId="Slow", UniqueId="x", Status=status)
    await driver.advance(10 if signals else 15 * 60)
    assert await stacks.status("s") == "ROLLBACK_COMPLETE"
    assert "slow" not in await stacks.topics()


async def test_the_topic_of_a_stack_is_told_of_its_events(driver: Driver, stacks: Stacks) -> None:
    template = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: t}}}"
    await stacks("CreateStack", StackName="s", TemplateBody=template, NotificationARNs=[TOPIC])
    received = await driver("sqs", "ReceiveMessage", QueueUrl=QUEUE, MaxNumberOfMessages=10)
    told = [json.loads(message["Body"])["Message"] for message in received["Messages"]]
    statuses = sorted(
        (re.findall("LogicalResourceId='(.*)'", text)[0], re.findall("ResourceStatus='(.*)'", text)[0])
        for text in told
    )
    assert statuses == [
        ("T", "CREATE_COMPLETE"),
        ("T", "CREATE_IN_PROGRESS"),
        ("T", "CREATE_IN_PROGRESS"),
        ("s", "CREATE_COMPLETE"),
        ("s", "CREATE_IN_PROGRESS"),
    ]
