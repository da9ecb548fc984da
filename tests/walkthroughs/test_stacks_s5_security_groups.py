"""S5 by CloudFormation: the network and the SAM template in two regions, and the true-up.

The templates have the shapes of the article's; the function is the one of `test_s5_security_groups.py`.
IAM is enforced: the function's role is what SAM makes of its policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from tests.servers import start
from tests.walkthroughs.accounts import EnforcedAccount, zipped
from tests.walkthroughs.stacks import Stacks
from tests.walkthroughs.test_s5_security_groups import CODE, EAST, TRUE_UP, WEST

ACCOUNT = "123456789012"


@dataclass
class Region:
    """A region with the network's stack."""

    account: EnforcedAccount
    name: str

    def client(self, service: str) -> Any:
        return self.account.client(service, region=self.name)

    @cached_property
    def stacks(self) -> Stacks:
        return Stacks(self.account.server, self.client("cloudformation"))

    @cached_property
    def network(self) -> dict[str, str]:
        """The outputs of the network's stack, which is made at the first look."""
        return self.stacks.create("network", "s5_network.yaml")

    def upload(self) -> None:
        """The function's package, in the region's bucket."""
        s3 = self.client("s3")
        where = {} if self.name == EAST else {"CreateBucketConfiguration": {"LocationConstraint": self.name}}
        s3.create_bucket(Bucket=f"functions-{self.name}", **where)
        s3.put_object(Bucket=f"functions-{self.name}", Key="updater.zip", Body=zipped(CODE))

    def parameters(self, remote: Region, table: str) -> dict[str, str]:
        """Those of the updater's stack."""
        return {
            "CodeBucket": f"functions-{self.name}",
            "Group": self.network["Group"],
            "LocalSG": self.network["SecurityGroup"],
            "RemoteSG": remote.network["SecurityGroup"],
            "RemoteASG": remote.network["Group"],
            "RemoteRegion": remote.name,
            "RemoteTable": table,
        }

    def scale(self, capacity: int) -> None:
        """Change the desired capacity by one, and wait until the instance has moved on."""
        self.client("autoscaling").set_desired_capacity(
            AutoScalingGroupName=self.network["Group"], DesiredCapacity=capacity
        )
        self.account.server.settle()
        self.account.server.advance(1)

    def instances(self) -> dict[str, str]:
        """The states of the group's instances."""
        found = self.client("autoscaling").describe_auto_scaling_groups(
            AutoScalingGroupNames=[self.network["Group"]]
        )
        return {
            each["InstanceId"]: each["LifecycleState"] for each in found["AutoScalingGroups"][0]["Instances"]
        }

    def let_in(self) -> set[str]:
        """The ranges that the security group lets in."""
        found = self.client("ec2").describe_security_groups(GroupIds=[self.network["SecurityGroup"]])
        rules = found["SecurityGroups"][0]["IpPermissions"]
        return {each["CidrIp"] for rule in rules if rule.get("FromPort") == 443 for each in rule["IpRanges"]}


@pytest.fixture
def regions() -> Iterator[tuple[Region, Region]]:
    with start("--memory", "--clock", "virtual:2017-05-03T02:00:00Z", "--iam", "enforce") as server:
        account = EnforcedAccount(server, ACCOUNT, EAST)
        east, west = Region(account, EAST), Region(account, WEST)
        for region in (east, west):
            region.upload()
        yield east, west


def test_the_article(regions: tuple[Region, Region]) -> None:
    east, west = regions
    made = east.stacks.create("updater", "s5_updater.yaml", **east.parameters(west, ""))
    east.scale(1)
    assert list(east.instances().values()) == ["InService"]
    assert len(east.let_in()) == 1
    assert west.let_in() == east.let_in()

    other = west.stacks.create("updater", "s5_updater.yaml", **west.parameters(east, made["Table"]))
    kept = east.stacks.update("updater", "s5_updater.yaml", **east.parameters(west, other["Table"]))
    assert kept == made
    west.scale(1)
    east.scale(2)
    assert east.let_in() == west.let_in()
    assert len(east.let_in()) == 3

    one = next(iter(east.instances()))
    east.client("autoscaling").detach_instances(
        AutoScalingGroupName=east.network["Group"], InstanceIds=[one], ShouldDecrementDesiredCapacity=True
    )
    assert len(east.let_in()) == 3
    answer = east.client("lambda").invoke(
        FunctionName=east.stacks.physical_ids("updater")["SGUpdater"],
        Payload=TRUE_UP.replace("<your ASG name>", east.network["Group"]),
    )
    assert "FunctionError" not in answer
    assert east.let_in() == west.let_in()
    assert len(east.let_in()) == 2

    for region in (east, west):
        region.stacks.delete("updater")
        region.stacks.delete("network")
        assert region.client("dynamodb").list_tables()["TableNames"] == []
        assert region.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
        assert [each["IsDefault"] for each in region.client("ec2").describe_vpcs()["Vpcs"]] == [True]
    assert east.client("iam").list_roles(PathPrefix="/")["Roles"] == []
