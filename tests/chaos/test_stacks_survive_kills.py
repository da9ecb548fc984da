"""A stack that is made, changed in vain and removed under kills: it is whole in the end, nothing is twice."""

from __future__ import annotations

import random
from typing import Final

from tests.chaos.conftest import MakeMortal
from tests.chaos.mortal import Mortal
from tests.chaos.wire import Wire

KILLS: Final = 3
TEMPLATE: Final = """
Resources:
  DeadLetters: {Type: AWS::SQS::Queue}
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 3}
  Bills: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: !Sub '${AWS::StackName}-bus'}}
  OtherBus: {Type: AWS::Events::EventBus, Properties: {Name: !Sub '${Bus}-other'}}
  OrderRule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [shop]}
      Targets: [{Id: queue, Arn: !GetAtt Orders.Arn}]
  BillRule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [till]}
      Targets: [{Id: queue, Arn: !GetAtt Bills.Arn}]
  Log: {Type: AWS::Logs::LogGroup}
  OtherLog: {Type: AWS::Logs::LogGroup, DependsOn: Log}
  Work: {Type: AWS::StepFunctions::Activity, Properties: {Name: !Sub '${AWS::StackName}-work'}}
  Topic: {Type: AWS::SNS::Topic}
  Told:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Orders.Arn}
"""
# Changes in place, replaces and adds; and cannot be done in the end.
IN_VAIN: Final = (
    TEMPLATE.replace("VisibilityTimeout: 30", "VisibilityTimeout: 60").replace("-work'", "-play'")
    + """
  More: {Type: AWS::SQS::Queue}
  Wrong: {Type: AWS::SNS::Topic, Properties: {TopicName: 'no name!'}, DependsOn: [More, Work, Bills, Told]}
"""
)


def test_stacks_survive_kills(make_mortal: MakeMortal, rounds: int, chance: random.Random) -> None:
    with make_mortal() as mortal:
        for number in range(rounds):
            account = f"9{number:011}"
            with mortal.wire(account) as wire:
                wire.cloudformation("CreateStack", StackName="shop", TemplateBody=TEMPLATE)
            _kill_until(mortal, account, chance, "CREATE_COMPLETE")
            with mortal.wire(account) as wire:
                made = _require_once(wire)
                wire.cloudformation("UpdateStack", StackName="shop", TemplateBody=IN_VAIN)
            _kill_until(mortal, account, chance, "UPDATE_ROLLBACK_COMPLETE")
            with mortal.wire(account) as wire:
                assert _require_once(wire) == made
                stack = wire.cloudformation("DescribeStacks", StackName="shop")["StackId"]
                wire.cloudformation("DeleteStack", StackName="shop")
            _kill_until(mortal, account, chance, "DELETE_COMPLETE", stack)
            with mortal.wire(account) as wire:
                assert _there(wire) == []


def _kill_until(
    mortal: Mortal, account: str, chance: random.Random, wanted: str, stack: str = "shop"
) -> None:
    """Kill it a few times, each after some calls that ask how the stack is, and wait for the end."""
    for _ in range(KILLS):
        with mortal.wire(account) as wire:
            for _ in range(chance.randint(0, 40)):
                wire.cloudformation("DescribeStacks", StackName=stack)
        mortal.kill()
    with mortal.wire(account) as wire:
        status = "IN_PROGRESS"
        while status.endswith("IN_PROGRESS"):
            status = wire.cloudformation("DescribeStacks", StackName=stack)["StackStatus"]
        assert status == wanted


def _require_once(wire: Wire) -> list[str]:
    """What there is: each of what the stack has, once."""
    there = _there(wire)
    assert len(there) == 10, there
    queue = next(url for url in there if "-Bills-" in url)
    attributes = wire("sqs", "GetQueueAttributes", QueueUrl=queue, AttributeNames=["VisibilityTimeout"])
    assert attributes["Attributes"] == {"VisibilityTimeout": "30"}
    return there


def _there(wire: Wire) -> list[str]:
    """The names of the queues, buses, rules, log groups and activities that an account has."""
    buses = [
        bus["Name"] for bus in wire("events", "ListEventBuses")["EventBuses"] if bus["Name"] != "default"
    ]
    found = [rule["Name"] for bus in buses for rule in wire("events", "ListRules", EventBusName=bus)["Rules"]]
    found += wire("sqs", "ListQueues").get("QueueUrls", [])
    found += [group["logGroupName"] for group in wire("logs", "DescribeLogGroups")["logGroups"]]
    found += [each["name"] for each in wire("states", "ListActivities")["activities"]]
    return sorted([*buses, *found])
