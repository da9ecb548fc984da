"""S10.6, CloudTrail for everybody: a history without a trail, then a trail, its files and a rule on it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from tests.aws.conftest import Client

from windsock.testing import Server

ACCOUNT = "100600000006"
QUEUE_ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:calls"
PATTERN = {
    "source": ["aws.ec2"],
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {"eventName": ["CreateVpc"]},
}


@pytest.fixture
def ec2(client: Client) -> Any:
    return client("ec2", ACCOUNT)


@pytest.fixture
def trails(client: Client) -> Any:
    return client("cloudtrail", ACCOUNT)


def test_calls_are_in_the_history_then_in_files_and_on_the_bus(
    client: Client, windsock: Server, ec2: Any, trails: Any
) -> None:
    assert trails.describe_trails()["trailList"] == []
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    (event,) = trails.lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": vpc}]
    )["Events"]
    assert (event["EventName"], event["Username"]) == ("CreateVpc", "root")
    assert {"ResourceType": "AWS::EC2::VPC", "ResourceName": vpc} in event["Resources"]
    told = json.loads(event["CloudTrailEvent"])
    assert told["responseElements"]["vpc"]["vpcId"] == vpc
    assert told["userIdentity"]["type"] == "Root"

    sqs, events, s3 = (client(service, ACCOUNT) for service in ("sqs", "events", "s3"))
    queue = sqs.create_queue(QueueName="calls")["QueueUrl"]
    events.put_rule(Name="calls", EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule="calls", Targets=[{"Id": "queue", "Arn": QUEUE_ARN}])
    s3.create_bucket(Bucket="trail-of-s10")
    trails.create_trail(Name="second", S3BucketName="trail-of-s10")
    trails.start_logging(Name="second")
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    windsock.settle()
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["detail"]["responseElements"]["vpc"]["vpcId"] == other

    windsock.advance(15 * 60)
    records = [
        record
        for found in s3.list_objects_v2(Bucket="trail-of-s10", Prefix=f"AWSLogs/{ACCOUNT}/CloudTrail/")[
            "Contents"
        ]
        for record in json.loads(
            gzip.decompress(s3.get_object(Bucket="trail-of-s10", Key=found["Key"])["Body"].read())
        )["Records"]
    ]
    made = [record for record in records if record["eventName"] == "CreateVpc"]
    assert [record["responseElements"]["vpc"]["vpcId"] for record in made] == [other]
