"""S5: security groups in two regions follow two Auto Scaling groups, by lifecycle hooks and a function.

The steps are the article's (seed lines 754 to 922), with calls in place of its CloudFormation templates. The
event is the article's, the input of the true-up too.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.aws.conftest import Client
from tests.aws.test_lambda import lines_of, make_function

from windsock.testing import Server

EVENT = """{
	"account": "123456789012",
	"region": "us-east-1",
	"detail": {
		"LifecycleHookName": "hook-launching",
		"AutoScalingGroupName": "",
		"LifecycleActionToken": "33965228-086a-4aeb-8c26-f82ed3bef495",
		"LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
		"EC2InstanceId": "i-017425ec54f22f994"
	},
	"detail-type": "EC2 Instance-launch Lifecycle Action",
	"source": "aws.autoscaling",
	"version": "0",
	"time": "2017-05-03T02:20:59Z",
	"id": "cb930cf8-ce8b-4b6c-8011-af17966eb7e2",
	"resources": [
		"arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:d3fe9d96-34d0-4c62-b9bb-293a41ba3765:autoScalingGroupName/"
	]
}"""
TRUE_UP = """{
	"detail": {
		"AutoScalingGroupName": "<your ASG name>"
	},
	"trueup":true
}"""

EAST, WEST = "us-east-1", "us-west-2"
FUNCTION = "SGUpdater"
DATA = Path(__file__).parents[1] / "data"
CODE = (DATA / "function_update_security_groups.py.txt").read_text()
ACCOUNTS = itertools.count(500_000_000_001)


@dataclass
class Region:
    """What the article's templates make in one region."""

    client: Client
    server: Server
    account: str
    name: str
    security_group: str = ""

    def __getattr__(self, service: str) -> Any:
        return self.client(service, self.account, self.name)

    @property
    def group(self) -> str:
        return f"asg-{self.name}"

    @property
    def table(self) -> str:
        return f"ips-{self.name}"

    @property
    def functions(self) -> Any:
        return self.client("lambda", self.account, self.name)

    def make_prerequisites(self) -> None:
        """The network, the security group with its placeholder rule, the launch configuration, the group."""
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(
            VpcId=vpc, CidrBlock="10.0.128.0/24", AvailabilityZone=f"{self.name}a"
        )
        made = self.ec2.create_security_group(GroupName="automating-sg", Description="S5", VpcId=vpc)
        self.security_group = made["GroupId"]
        self.ec2.authorize_security_group_ingress(
            GroupId=self.security_group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "UserIdGroupPairs": [{"GroupId": self.security_group}],
                }
            ],
        )
        self.autoscaling.create_launch_configuration(
            LaunchConfigurationName="lc",
            ImageId="ami-12c6146b",
            InstanceType="t2.micro",
            AssociatePublicIpAddress=True,
            SecurityGroups=[self.security_group],
        )
        self.autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=self.group,
            LaunchConfigurationName="lc",
            MinSize=0,
            MaxSize=2,
            VPCZoneIdentifier=subnet["Subnet"]["SubnetId"],
        )

    def make_solution(self, remote: Region, remote_table: str) -> None:
        """The table, the function, the rule and the hooks."""
        keys = {"region": "HASH", "asg": "RANGE"}
        self.dynamodb.create_table(
            TableName=self.table,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 3},
        )
        arn = make_function(
            self.functions, FUNCTION, CODE, Timeout=300, Environment=self.environment(remote, remote_table)
        )
        pattern = {
            "source": ["aws.autoscaling"],
            "detail-type": [
                "EC2 Instance-launch Lifecycle Action",
                "EC2 Instance-terminate Lifecycle Action",
            ],
            "detail": {"AutoScalingGroupName": [self.group]},
        }
        rule = self.events.put_rule(Name="SGUpdaterStream", EventPattern=json.dumps(pattern))
        self.functions.add_permission(
            FunctionName=FUNCTION,
            StatementId="SGUpdaterStreamPermission",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=rule["RuleArn"],
        )
        target = {"Id": "SGUpdaterStreamLambdaTarget", "Arn": arn}
        self.events.put_targets(Rule="SGUpdaterStream", Targets=[target])
        for name, transition in (("hook-launching", "LAUNCHING"), ("hook-terminating", "TERMINATING")):
            self.autoscaling.put_lifecycle_hook(
                AutoScalingGroupName=self.group,
                LifecycleHookName=name,
                LifecycleTransition=f"autoscaling:EC2_INSTANCE_{transition}",
            )

    def environment(self, remote: Region, remote_table: str, **more: str) -> dict[str, Any]:
        """The function's settings; the table of the other region is left out at first."""
        variables = {
            "LocalTable": self.table,
            "RemoteTable": remote_table,
            "RemoteRegion": remote.name,
            "RemoteASG": remote.group,
            "LocalSG": self.security_group,
            "RemoteSG": remote.security_group,
            **more,
        }
        return {"Variables": variables}

    def configure(self, remote: Region, **more: str) -> None:
        """Change the function's settings."""
        environment = self.environment(remote, remote.table, **more)
        self.functions.update_function_configuration(FunctionName=FUNCTION, Environment=environment)

    def scale(self, capacity: int) -> None:
        """Change the desired capacity, and wait until the function has run and the instance moved on.

        By one at a time: two runs of the function at once would add the same address, and one would fail.
        """
        self.autoscaling.set_desired_capacity(AutoScalingGroupName=self.group, DesiredCapacity=capacity)
        self.server.settle()
        self.server.advance(1)

    def instances(self) -> dict[str, str]:
        """The states of the group's instances."""
        found = self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.group])
        (group,) = found["AutoScalingGroups"]
        return {each["InstanceId"]: each["LifecycleState"] for each in group["Instances"]}

    def addresses(self) -> set[str]:
        """The group's instances as ranges of one address."""
        ids = list(self.instances())
        found = self.ec2.describe_instances(InstanceIds=ids)["Reservations"] if ids else []
        return {f"{each['PublicIpAddress']}/32" for one in found for each in one["Instances"]}

    def let_in(self) -> set[str]:
        """The ranges that the security group lets in; the rule for itself must always be there."""
        found = self.ec2.describe_security_groups(GroupIds=[self.security_group])["SecurityGroups"][0]
        rules = [each for each in found["IpPermissions"] if each.get("FromPort") == 443]
        pairs = [pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]]
        assert pairs == [self.security_group]
        return {each["CidrIp"] for rule in rules for each in rule["IpRanges"]}

    def rows(self) -> dict[str, Any]:
        """What the table knows of each region."""
        items = self.dynamodb.scan(TableName=self.table)["Items"]
        return {item["region"]["S"]: item["ips"] for item in items}


@pytest.fixture
def regions(client: Client, windsock: Server) -> tuple[Region, Region]:
    """Both regions with the prerequisites, the first with the solution, in an account of the test's."""
    account = str(next(ACCOUNTS))
    east, west = (Region(client, windsock, account, name) for name in (EAST, WEST))
    for region in (east, west):
        region.make_prerequisites()
    east.make_solution(west, "")
    return east, west


def test_security_groups_follow_both_groups(regions: tuple[Region, Region]) -> None:
    east, west = regions
    heard = east.sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = f"arn:aws:sqs:{EAST}:{east.account}:heard"
    east.events.put_rule(Name="hear", EventPattern='{"source": ["aws.autoscaling"]}')
    east.events.put_targets(Rule="hear", Targets=[{"Id": "1", "Arn": arn}])

    # Step 2: one instance in the first region.
    east.autoscaling.set_desired_capacity(AutoScalingGroupName=east.group, DesiredCapacity=1)
    assert next(iter(east.instances().values())) in ("Pending:Wait", "Pending:Proceed")
    east.server.settle()
    assert list(east.instances().values()) == ["Pending:Proceed"]
    east.server.advance(1)
    ((instance, state),) = east.instances().items()
    assert state == "InService"
    assert len(east.addresses()) == 1
    assert east.let_in() == west.let_in() == east.addresses()
    assert east.rows() == {EAST: {"SS": [each.removesuffix("/32") for each in east.addresses()]}}

    (message,) = east.sqs.receive_message(QueueUrl=heard)["Messages"]
    _is_like_the_articles(json.loads(message["Body"]), east, instance)

    # And none again.
    east.scale(0)
    assert east.instances() == {}
    assert east.let_in() == west.let_in() == set()
    assert east.rows() == {EAST: {"NULL": True}}

    # Steps 3 to 5: the second region, the name of its table for the first, instances in both.
    west.make_solution(east, east.table)
    east.configure(west)
    east.scale(1)
    west.scale(1)
    west.scale(2)
    assert list(west.instances().values()) == ["InService", "InService"]
    both = east.addresses() | west.addresses()
    assert len(both) == 3
    assert east.let_in() == west.let_in() == both
    assert east.rows() == west.rows()
    assert set(east.rows()) == {EAST, WEST}


def test_an_instance_that_is_detached_is_trued_up(regions: tuple[Region, Region]) -> None:
    east, west = regions
    east.scale(1)
    east.scale(2)
    one, two = east.instances()
    before = len(lines_of(east.logs, FUNCTION, "REPORT"))
    east.autoscaling.detach_instances(
        AutoScalingGroupName=east.group, InstanceIds=[one], ShouldDecrementDesiredCapacity=True
    )
    east.server.advance(60)
    assert len(lines_of(east.logs, FUNCTION, "REPORT")) == before
    assert len(east.let_in()) == 2
    answer = east.functions.invoke(
        FunctionName=FUNCTION, Payload=TRUE_UP.replace("<your ASG name>", east.group)
    )
    assert "FunctionError" not in answer
    assert list(east.instances()) == [two]
    assert east.let_in() == west.let_in() == east.addresses()
    east.autoscaling.attach_instances(AutoScalingGroupName=east.group, InstanceIds=[one])
    east.functions.invoke(FunctionName=FUNCTION, Payload=TRUE_UP.replace("<your ASG name>", east.group))
    assert len(east.let_in()) == 2


def test_a_remote_region_that_fails_does_not_hold_up_the_local_one(regions: tuple[Region, Region]) -> None:
    east, west = regions
    east.configure(west, RemoteEndpoint="http://127.0.0.1:9")
    east.scale(1)
    assert list(east.instances().values()) == ["InService"]
    assert east.let_in() == east.addresses()
    assert west.let_in() == set()
    printed = "\n".join(lines_of(east.logs, FUNCTION))
    assert "remote table: Could not connect" in printed
    assert "remote security group: Could not connect" in printed


def test_without_a_rule_in_the_local_security_group_the_launch_is_abandoned(
    regions: tuple[Region, Region],
) -> None:
    east, _ = regions
    pair = {"GroupId": east.security_group}
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}
    east.ec2.revoke_security_group_ingress(GroupId=east.security_group, IpPermissions=[rule])
    east.scale(1)
    assert east.instances() == {}
    (terminated,) = east.ec2.describe_instances(
        Filters=[{"Name": "tag:aws:autoscaling:groupName", "Values": [east.group]}]
    )["Reservations"]
    assert terminated["Instances"][0]["State"]["Name"] in ("shutting-down", "terminated")
    activities = east.autoscaling.describe_scaling_activities(AutoScalingGroupName=east.group)["Activities"]
    assert activities[-1]["StatusCode"] == "Cancelled"
    assert activities[-1]["StatusMessage"].endswith("Lifecycle Action Completed with ABANDON Result")
    east.autoscaling.set_desired_capacity(AutoScalingGroupName=east.group, DesiredCapacity=0)


def test_without_a_function_the_launch_is_abandoned_after_an_hour(regions: tuple[Region, Region]) -> None:
    east, _ = regions
    east.events.disable_rule(Name="SGUpdaterStream")
    east.scale(1)
    (instance,) = east.instances()
    east.server.advance(3590)
    assert east.instances() == {instance: "Pending:Wait"}
    east.server.advance(20)
    assert east.instances() == {instance: "Terminating:Wait"}
    activities = east.autoscaling.describe_scaling_activities(AutoScalingGroupName=east.group)["Activities"]
    assert activities[1]["StatusMessage"].endswith("was abandoned: Heartbeat Timeout")


def _is_like_the_articles(event: dict[str, Any], region: Region, instance: str) -> None:
    """Every member of the article's event, each of the same form."""
    article = json.loads(EVENT)
    assert set(event) == set(article)
    assert set(event["detail"]) == set(article["detail"])
    assert event["detail-type"] == article["detail-type"]
    assert event["detail"]["LifecycleHookName"] == "hook-launching"
    assert event["detail"]["LifecycleTransition"] == article["detail"]["LifecycleTransition"]
    assert event["detail"]["AutoScalingGroupName"] == region.group
    assert event["detail"]["EC2InstanceId"] == instance
    uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, event["detail"]["LifecycleActionToken"])
    assert re.fullmatch(
        f"arn:aws:autoscaling:{EAST}:{region.account}:autoScalingGroup:{uuid}:autoScalingGroupName/{region.group}",
        event["resources"][0],
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["time"])
