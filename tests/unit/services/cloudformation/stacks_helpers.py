"""Stacks as tests drive them."""

from __future__ import annotations

from typing import Any

from tests.conftest import Driver

# Two topics, of which one needs the other, and an export.
TWO = """
Parameters: {Word: {Type: String, Default: one}}
Resources:
  First: {Type: AWS::SNS::Topic, Properties: {TopicName: first, DisplayName: !Ref Word}}
  Second: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${First.TopicName}-second'}}
Outputs: {Arn: {Value: !Ref Second, Export: {Name: second}}}
"""


class Stacks:
    """One account's CloudFormation, in an engine whose time stands still unless it is moved."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def __call__(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call an operation, and let what it began come to its end."""
        answer = await self._driver("cloudformation", operation, **params)
        await self._driver.settle()
        return answer

    async def status(self, name: str) -> str:
        """The status of a stack."""
        return str((await self.stack(name))["StackStatus"])

    async def stack(self, name: str) -> dict[str, Any]:
        """A stack as it is described."""
        (stack,) = (await self("DescribeStacks", StackName=name))["Stacks"]
        described: dict[str, Any] = stack
        return described

    async def outputs(self, name: str) -> dict[str, str]:
        """The outputs of a stack."""
        outputs = (await self.stack(name)).get("Outputs", ())
        return {each["OutputKey"]: each["OutputValue"] for each in outputs}

    async def events(self, name: str) -> list[str]:
        """What happened to a stack, oldest first: `Topic CREATE_COMPLETE`."""
        events = (await self("DescribeStackEvents", StackName=name))["StackEvents"]
        return [f"{each['LogicalResourceId']} {each['ResourceStatus']}" for each in reversed(events)]

    async def topics(self) -> list[str]:
        """The names of the topics there are."""
        found = (await self._driver("sns", "ListTopics"))["Topics"]
        return sorted(topic["TopicArn"].rpartition(":")[2] for topic in found)
