"""Where IAM is enforced a trail is made only if it can deliver to its topic and, as its role, to its logs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.engine.settings import EngineSettings
from windsock.kernel.errors import AwsError

TOPIC = "arn:aws:sns:us-east-1:000000000000:files"
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:trail"
ROLE = "arn:aws:iam::000000000000:role/trail"
STREAM = f"{GROUP}:log-stream:000000000000_CloudTrail_us-east-1*"
TRAIL = "arn:aws:cloudtrail:us-east-1:000000000000:trail/main"
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}

pytestmark = pytest.mark.parametrize("engine_settings", [EngineSettings(iam="enforce")])


def policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


async def make_bucket(driver: Driver) -> None:
    await driver("s3", "CreateBucket", Bucket="logs")
    arns = ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]
    text = policy(Principal=CLOUDTRAIL, Action=["s3:GetBucketAcl", "s3:PutObject"], Resource=arns)
    await driver("s3", "PutBucketPolicy", Bucket="logs", Policy=text)


async def make_trail(driver: Driver, **settings: Any) -> None:
    await driver("cloudtrail", "CreateTrail", Name="main", S3BucketName="logs", **settings)


async def test_a_topic_lets_cloudtrail_in(machine: Machine) -> None:
    driver = machine.driver
    await make_bucket(driver)
    await driver("sns", "CreateTopic", Name="files")
    for source, let_in in ((f"{TRAIL}-other", False), (TRAIL, True)):
        condition = {"StringEquals": {"aws:SourceArn": source}}
        text = policy(Principal=CLOUDTRAIL, Action="sns:Publish", Resource=TOPIC, Condition=condition)
        change = {"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": text}
        await driver("sns", "SetTopicAttributes", **change)
        if not let_in:
            with pytest.raises(AwsError, match="InsufficientSnsTopicPolicyException"):
                await make_trail(driver, SnsTopicName="files")
    await make_trail(driver, SnsTopicName="files")


async def test_a_role_may_write_to_the_log_group(machine: Machine) -> None:
    driver = machine.driver
    await make_bucket(driver)
    settings = {"CloudWatchLogsLogGroupArn": f"{GROUP}:*", "CloudWatchLogsRoleArn": ROLE}
    await driver("logs", "CreateLogGroup", logGroupName="trail")
    trust = policy(Principal=CLOUDTRAIL, Action="sts:AssumeRole")
    await driver("iam", "CreateRole", RoleName="trail", AssumeRolePolicyDocument=trust)
    with pytest.raises(AwsError, match="InvalidCloudWatchLogsRoleArnException"):
        await make_trail(driver, **settings)
    allowed = policy(Action=["logs:CreateLogStream", "logs:PutLogEvents"], Resource=STREAM)
    await driver("iam", "PutRolePolicy", RoleName="trail", PolicyName="p", PolicyDocument=allowed)
    await make_trail(driver, **settings)
