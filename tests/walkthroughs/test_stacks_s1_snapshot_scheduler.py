"""S1 by CloudFormation: a policy and a UUID by custom resources, and snapshots every five minutes.

The template has the shape of the solution's; its two functions, of which one was never published, are
written anew. The scheduler finds its stack by its own name and reads the outputs, as the solution's does.
IAM is enforced.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from tests.servers import start
from tests.walkthroughs.accounts import EnforcedAccount
from tests.walkthroughs.stacks import Stacks

ACCOUNT, REGION, STACK = "123456789012", "us-east-1", "ebs-snapshot-scheduler"
TEMPLATE = "s1_scheduler.json"

HELPER = """
import ast
import json
import urllib.request
import uuid

import boto3


def lambda_handler(event, context):
    properties = event["ResourceProperties"]
    data = {}
    if event["RequestType"] != "Delete" and "StoreInDDB" in properties:
        boto3.client("dynamodb").put_item(**ast.literal_eval(properties["StoreInDDB"]))
    if event["RequestType"] == "Create" and properties.get("CreateUniqueID") == "true":
        data["UUID"] = str(uuid.uuid4())
    answer = {
        "Status": "SUCCESS",
        "PhysicalResourceId": event.get("PhysicalResourceId", context.log_stream_name),
        "Data": data,
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    request = urllib.request.Request(
        event["ResponseURL"], json.dumps(answer).encode(), {"content-type": ""}, method="PUT"
    )
    urllib.request.urlopen(request).close()
"""
SCHEDULER = """
import boto3

ec2 = boto3.client("ec2")


def lambda_handler(event, context):
    stack = context.invoked_function_arn.split(":")[6].rsplit("-", 2)[0]
    (described,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    policy = boto3.client("dynamodb").get_item(
        TableName=outputs["PolicyTableName"], Key={"SolutionName": {"S": "EbsSnapshotScheduler"}}
    )["Item"]
    tagged = [{"Name": "tag-key", "Values": [policy["CustomTagName"]["S"]]}]
    for volume in ec2.describe_volumes(Filters=tagged)["Volumes"]:
        description = f"{outputs['UUID']} for {policy['DefaultRetentionDays']['S']} days"
        ec2.create_snapshot(VolumeId=volume["VolumeId"], Description=description)
"""


def package(name: str, text: str) -> bytes:
    """A package with one module, whose name no import statement could say."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr(f"{name}.py", text)
    return archive.getvalue()


@pytest.fixture
def account() -> Iterator[EnforcedAccount]:
    with start("--memory", "--clock", "virtual:2017-01-02T09:00:00Z", "--iam", "enforce") as server:
        account = EnforcedAccount(server, ACCOUNT, REGION)
        s3 = account.client("s3")
        s3.create_bucket(Bucket=f"solutions-{REGION}")
        for key, body in {
            "scheduler/v1/scheduler.zip": package("ebs-snapshot-scheduler", SCHEDULER),
            "library/helper.zip": package("solution-helper", HELPER),
        }.items():
            s3.put_object(Bucket=f"solutions-{REGION}", Key=key, Body=body)
        yield account


def policy(account: EnforcedAccount) -> dict[str, str]:
    """The only item of the policy's table."""
    (item,) = account.client("dynamodb").scan(TableName="Policy")["Items"]
    return {name: value["S"] for name, value in item.items()}


def snapshots(account: EnforcedAccount) -> list[dict[str, Any]]:
    """One's own."""
    found: list[dict[str, Any]] = account.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]
    return found


def test_the_article(account: EnforcedAccount) -> None:
    stacks = Stacks(account.server, account.client("cloudformation"))
    outputs = stacks.create(STACK, TEMPLATE, AutoSnapshotDeletion="Yes")
    assert str(uuid.UUID(outputs["UUID"])) == outputs["UUID"]
    stored = {
        "SolutionName": "EbsSnapshotScheduler",
        "CustomTagName": "scheduler:ebs-snapshot",
        "DefaultRetentionDays": "15",
        "AutoSnapshotDeletion": "Yes",
    }
    assert policy(account) == stored

    ec2 = account.client("ec2")
    tags = [{"Key": "scheduler:ebs-snapshot", "Value": "default"}]
    specification = [{"ResourceType": "volume", "Tags": tags}]
    volume = ec2.create_volume(Size=8, AvailabilityZone=f"{REGION}a", TagSpecifications=specification)
    account.server.advance(601)
    assert [each["VolumeId"] for each in snapshots(account)] == [volume["VolumeId"]] * 2
    assert snapshots(account)[0]["Description"] == f"{outputs['UUID']} for 15 days"

    before = stacks.physical_ids(STACK)
    assert stacks.update(STACK, TEMPLATE, DefaultRetentionDays="3", ReadCapacityUnits="2") == outputs
    assert stacks.physical_ids(STACK) == before
    assert policy(account) == {**stored, "DefaultRetentionDays": "3", "AutoSnapshotDeletion": "No"}
    table = account.client("dynamodb").describe_table(TableName="Policy")["Table"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 2

    stacks.delete(STACK)
    taken = len(snapshots(account))
    account.server.advance(3600)
    assert len(snapshots(account)) == taken
    assert account.client("lambda").list_functions()["Functions"] == []
    assert account.client("dynamodb").list_tables()["TableNames"] == []
    assert account.client("events").list_rules()["Rules"] == []
