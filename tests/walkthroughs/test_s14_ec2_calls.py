"""S14, EC2's API calls on a rule: the article's pattern (seed line 2020) sees the nineteen calls it lists.

What the article sends to a delivery stream goes to a queue here.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from tests.aws.conftest import Client

from windsock.testing import Server

ACCOUNT = "140000000014"
CALLS = [
    "RunInstances",
    "StopInstances",
    "StartInstances",
    "CreateFlowLogs",
    "CreateImage",
    "CreateNatGateway",
    "CreateVpc",
    "DeleteKeyPair",
    "DeleteNatGateway",
    "DeleteRoute",
    "DeleteRouteTable",
    "CreateSnapshot",
    "DeleteSnapshot",
    "DeleteVpc",
    "DeleteVpcEndpoints",
    "DeleteSecurityGroup",
    "ModifyVolume",
    "ModifyVpcEndpoint",
    "TerminateInstances",
]
PATTERN = {
    "source": ["aws.ec2"],
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {"eventSource": ["ec2.amazonaws.com"], "eventName": CALLS},
}


class Watched:
    """An account whose EC2 calls a rule puts into a queue, as soon as a trail logs."""

    def __init__(self, client: Client, windsock: Server, account: str) -> None:
        self.windsock = windsock
        self.account = account
        self.ec2, self.sqs = client("ec2", account), client("sqs", account)
        self.s3, self.logs = client("s3", account), client("logs", account)
        self.trails, events = client("cloudtrail", account), client("events", account)
        self.queue = self.sqs.create_queue(QueueName="calls")["QueueUrl"]
        events.put_rule(Name="calls", EventPattern=json.dumps(PATTERN))
        arn = f"arn:aws:sqs:us-east-1:{account}:calls"
        events.put_targets(Rule="calls", Targets=[{"Id": "queue", "Arn": arn}])

    def log(self) -> None:
        """Have a trail log."""
        bucket = f"trail-{self.account}"
        self.s3.create_bucket(Bucket=bucket)
        self.trails.create_trail(Name="trail", S3BucketName=bucket)
        self.trails.start_logging(Name="trail")

    def seen(self) -> list[dict[str, Any]]:
        """The events in the queue."""
        self.windsock.settle()
        found: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found


@pytest.fixture
def watched(client: Client, windsock: Server) -> Watched:
    return Watched(client, windsock, ACCOUNT)


def test_the_listed_calls_are_seen_and_no_others(watched: Watched) -> None:
    watched.log()
    _use_ec2(watched)
    seen = watched.seen()
    assert Counter(event["detail"]["eventName"] for event in seen) == Counter(CALLS)
    run = next(event["detail"] for event in seen if event["detail"]["eventName"] == "RunInstances")
    assert run["awsRegion"] == "us-east-1"
    assert run["userIdentity"]["accountId"] == ACCOUNT
    (instance,) = run["responseElements"]["instancesSet"]["items"]
    assert instance["instanceId"].startswith("i-")


def test_without_a_trail_nothing_is_seen(client: Client, windsock: Server) -> None:
    watched = Watched(client, windsock, "140000000015")
    watched.ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert watched.seen() == []


def _use_ec2(watched: Watched) -> None:
    ec2, advance = watched.ec2, watched.windsock.advance
    ran = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
    instance = ran["Instances"][0]["InstanceId"]
    advance(60)
    ec2.stop_instances(InstanceIds=[instance])
    advance(60)
    ec2.start_instances(InstanceIds=[instance])
    advance(60)
    ec2.reboot_instances(InstanceIds=[instance])
    ec2.create_image(InstanceId=instance, Name="image")
    _use_network(watched)
    _use_storage(ec2)
    ec2.create_key_pair(KeyName="key")
    ec2.delete_key_pair(KeyName="key")
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.describe_instances()


def _use_network(watched: Watched) -> None:
    ec2 = watched.ec2
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    watched.logs.create_log_group(logGroupName="flow")
    role = f"arn:aws:iam::{ACCOUNT}:role/flow"
    flow = {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL"}
    ec2.create_flow_logs(**flow, LogGroupName="flow", DeliverLogsPermissionArn=role)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    door = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=door, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=door)
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ec2.delete_route_table(RouteTableId=table)
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument="{}")
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    group = ec2.create_security_group(GroupName="group", Description="group", VpcId=vpc)["GroupId"]
    ec2.delete_security_group(GroupId=group)
    ec2.detach_internet_gateway(InternetGatewayId=door, VpcId=vpc)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


def _use_storage(ec2: Any) -> None:
    volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a")["VolumeId"]
    ec2.modify_volume(VolumeId=volume, Size=16)
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.delete_snapshot(SnapshotId=snapshot)
