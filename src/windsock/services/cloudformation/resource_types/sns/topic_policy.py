"""AWS::SNS::TopicPolicy: one policy for several topics.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
"""

from __future__ import annotations

import json

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::SNS::TopicPolicy")
class TopicPolicy(ResourceType):
    """A policy of topics. Removed, it leaves them the policy that topics have by default."""

    async def create(self, work: Work, properties: Properties) -> Made:
        await _put(work, properties["Topics"], json.dumps(properties["PolicyDocument"]))
        return Made(work.name(128))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        left = set(existing.properties["Topics"]) - set(properties["Topics"])
        await _reset(work, sorted(left))
        await _put(work, properties["Topics"], json.dumps(properties["PolicyDocument"]))
        return Made(existing.physical_id)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("NotFound"):
            await _reset(work, existing.properties["Topics"])


async def _put(work: Work, topics: list[str], policy: str) -> None:
    for arn in topics:
        await work.call(
            "sns", "SetTopicAttributes", TopicArn=arn, AttributeName="Policy", AttributeValue=policy
        )


async def _reset(work: Work, topics: list[str]) -> None:
    for arn in topics:
        owner = {"StringEquals": {"AWS:SourceOwner": work.scope.account}}
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [
                "SNS:GetTopicAttributes",
                "SNS:SetTopicAttributes",
                "SNS:AddPermission",
                "SNS:RemovePermission",
                "SNS:DeleteTopic",
                "SNS:Subscribe",
                "SNS:ListSubscriptionsByTopic",
                "SNS:Publish",
            ],
            "Resource": arn,
            "Condition": owner,
        }
        document = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
        await _put(work, [arn], json.dumps(document))
