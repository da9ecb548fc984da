"""EC2 and EBS: what takes its time does so, and is announced as AWS documents it.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine, events

from windsock.kernel.errors import AwsError

ACCOUNT = "111122223333"


class Ec2:
    """EC2 of one account."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    async def __call__(self, operation: str, region: str = "us-east-1", **params: Any) -> dict[str, Any]:
        return await self.driver("ec2", operation, account=ACCOUNT, region=region, **params)

    async def run(self) -> str:
        """A new instance."""
        ran = await self("RunInstances", ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
        return str(ran["Instances"][0]["InstanceId"])

    async def state(self, instance: str) -> str:
        """The state of an instance."""
        found = await self("DescribeInstances", InstanceIds=[instance])
        return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])

    async def volume(self) -> str:
        """A new volume."""
        made = await self("CreateVolume", Size=8, AvailabilityZone="us-east-1a")
        return str(made["VolumeId"])

    async def snapshot(self, snapshot: str, region: str = "us-east-1") -> dict[str, Any]:
        """A snapshot as it is described."""
        found = await self("DescribeSnapshots", region, SnapshotIds=[snapshot])
        described: dict[str, Any] = found["Snapshots"][0]
        return described

    def told(self, detail_type: str, region: str = "us-east-1") -> list[dict[str, Any]]:
        """The events of a type."""
        return [each for each in events(self.driver, ACCOUNT, region) if each["detail-type"] == detail_type]

    def states_told(self) -> list[tuple[str, str]]:
        """When which state was announced."""
        told = self.told("EC2 Instance State-change Notification")
        return [(each["time"], each["detail"]["state"]) for each in told]


async def test_an_instance_passes_through_its_states(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    instance = await ec2.run()
    assert await ec2.state(instance) == "pending"
    await machine.driver.advance(5)
    assert await ec2.state(instance) == "running"
    stopped = await ec2("StopInstances", InstanceIds=[instance])
    assert stopped["StoppingInstances"][0]["PreviousState"]["Name"] == "running"
    assert await ec2.state(instance) == "stopping"
    await machine.driver.advance(60)
    assert await ec2.state(instance) == "stopped"
    await ec2("StartInstances", InstanceIds=[instance])
    await machine.driver.advance(60)
    await ec2("TerminateInstances", InstanceIds=[instance])
    assert await ec2.state(instance) == "shutting-down"
    await machine.driver.advance(60)
    assert await ec2.state(instance) == "terminated"
    assert ec2.states_told() == [
        ("2017-01-02T00:00:00Z", "pending"),
        ("2017-01-02T00:00:05Z", "running"),
        ("2017-01-02T00:00:05Z", "stopping"),
        ("2017-01-02T00:00:15Z", "stopped"),
        ("2017-01-02T00:01:05Z", "pending"),
        ("2017-01-02T00:01:10Z", "running"),
        ("2017-01-02T00:02:05Z", "shutting-down"),
        ("2017-01-02T00:02:15Z", "terminated"),
    ]
    assert ec2.told("EC2 Instance State-change Notification")[0] == {
        "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2",
        "account": ACCOUNT,
        "time": "2017-01-02T00:00:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/{instance}"],
        "detail": {"instance-id": instance, "state": "pending"},
    }


async def test_what_changes_nothing_is_not_announced(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    instance = await ec2.run()
    await machine.driver.advance(60)
    await ec2("StartInstances", InstanceIds=[instance])
    await ec2("RebootInstances", InstanceIds=[instance])
    await ec2("TerminateInstances", InstanceIds=[instance])
    await ec2("TerminateInstances", InstanceIds=[instance])
    await machine.driver.advance(60)
    states = [state for _, state in ec2.states_told()]
    assert states == ["pending", "running", "shutting-down", "terminated"]


async def test_an_instance_terminated_while_pending_never_runs(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    instance = await ec2.run()
    await ec2("TerminateInstances", InstanceIds=[instance])
    await machine.driver.advance(60)
    assert [state for _, state in ec2.states_told()] == ["pending", "shutting-down", "terminated"]


async def test_states_pass_across_a_restart(machine: Machine) -> None:
    instance = await Ec2(machine.driver).run()
    await machine.restart()
    await machine.driver.advance(60)
    assert await Ec2(machine.driver).state(instance) == "running"


async def test_volumes_are_announced(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    volume = await ec2.volume()
    await ec2("ModifyVolume", VolumeId=volume, Size=16)
    await ec2("DeleteVolume", VolumeId=volume)
    await machine.driver.settle()
    told = ec2.told("EBS Volume Notification")
    assert [(each["detail"]["event"], each["detail"]["result"]) for each in told] == [
        ("createVolume", "available"),
        ("modifyVolume", "optimizing"),
        ("deleteVolume", "deleted"),
    ]
    assert told[0]["resources"] == [f"arn:aws:ec2:us-east-1:{ACCOUNT}:volume/{volume}"]
    assert told[0]["detail"].keys() == {"result", "cause", "event", "request-id"}


async def test_a_snapshot_completes_in_its_time(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    volume = await ec2.volume()
    snapshot = (await ec2("CreateSnapshot", VolumeId=volume))["SnapshotId"]
    described = await ec2.snapshot(snapshot)
    assert (described["State"], described["Progress"]) == ("pending", "0%")
    await machine.driver.advance(15)
    assert (await ec2.snapshot(snapshot))["Progress"] == "50%"
    assert ec2.told("EBS Snapshot Notification") == []
    await machine.driver.advance(15)
    described = await ec2.snapshot(snapshot)
    assert (described["State"], described["Progress"]) == ("completed", "100%")
    (event,) = ec2.told("EBS Snapshot Notification")
    assert event["resources"] == [f"arn:aws:ec2::us-east-1:snapshot/{snapshot}"]
    assert event["detail"] == {
        "event": "createSnapshot",
        "result": "succeeded",
        "cause": "",
        "request-id": "",
        "snapshot_id": f"arn:aws:ec2::us-east-1:snapshot/{snapshot}",
        "source": f"arn:aws:ec2::us-east-1:volume/{volume}",
        "startTime": "2017-01-02T00:00:00Z",
        "endTime": "2017-01-02T00:00:30Z",
    }


async def test_a_copy_is_of_no_volume_and_is_announced_where_it_is(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    source = (await ec2("CreateSnapshot", VolumeId=await ec2.volume(), Description="first"))["SnapshotId"]
    await machine.driver.advance(60)
    copied = await ec2("CopySnapshot", "us-west-2", SourceRegion="us-east-1", SourceSnapshotId=source,
                       Description="a**b**c")  # fmt: skip
    copy = copied["SnapshotId"]
    described = await ec2.snapshot(copy, "us-west-2")
    assert (described["State"], described["VolumeId"]) == ("pending", "vol-ffffffff")
    assert (described["VolumeSize"], described["Description"]) == (8, "a**b**c")
    await machine.driver.advance(30)
    assert (await ec2.snapshot(copy, "us-west-2"))["State"] == "completed"
    (event,) = ec2.told("EBS Snapshot Notification", "us-west-2")
    assert event["detail"] == {
        "event": "copySnapshot",
        "result": "succeeded",
        "cause": "",
        "request-id": "",
        "snapshot_id": f"arn:aws:ec2::us-west-2:snapshot/{copy}",
        "source": f"arn:aws:ec2::us-east-1:snapshot/{source}",
        "startTime": "2017-01-02T00:01:00Z",
        "endTime": "2017-01-02T00:01:30Z",
        "incremental": "true",
        "transferType": "standard",
    }
    assert len(ec2.told("EBS Snapshot Notification")) == 1


async def test_snapshots_made_together_are_announced_together(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    instance = await ec2.run()
    volume = await ec2.volume()
    await ec2("AttachVolume", InstanceId=instance, VolumeId=volume, Device="/dev/sdf")
    made = await ec2("CreateSnapshots", InstanceSpecification={"InstanceId": instance})
    await machine.driver.advance(60)
    (event,) = ec2.told("EBS Multi-Volume Snapshots Completion Status")
    assert event["detail"]["snapshots"] == [
        {
            "snapshot_id": f"arn:aws:ec2::us-east-1:snapshot/{each['SnapshotId']}",
            "source": f"arn:aws:ec2::us-east-1:volume/{each['VolumeId']}",
            "status": "completed",
        }
        for each in made["Snapshots"]
    ]
    assert ec2.told("EBS Snapshot Notification") == []


async def test_ones_own_snapshots_are_those_one_made(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    snapshot = (await ec2("CreateSnapshot", VolumeId=await ec2.volume()))["SnapshotId"]
    mine = (await ec2("DescribeSnapshots", OwnerIds=["self"]))["Snapshots"]
    assert [each["SnapshotId"] for each in mine] == [snapshot]
    assert len((await ec2("DescribeSnapshots"))["Snapshots"]) > 1000


async def test_an_instance_profile_is_iams(machine: Machine) -> None:
    ec2, driver = Ec2(machine.driver), machine.driver
    run: dict[str, Any] = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1}
    with pytest.raises(AwsError) as refused:
        await ec2("RunInstances", **run, IamInstanceProfile={"Name": "work"})
    assert refused.value.code == "InvalidParameterValue"
    assert refused.value.message == (
        "Value (work) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
    )
    made = await driver("iam", "CreateInstanceProfile", account=ACCOUNT, InstanceProfileName="work")
    arn = made["InstanceProfile"]["Arn"]
    for named in ({"Name": "work"}, {"Arn": arn}):
        ran = await ec2("RunInstances", **run, IamInstanceProfile=named)
        instance = ran["Instances"][0]["InstanceId"]
        found = await ec2("DescribeInstances", InstanceIds=[instance])
        assert found["Reservations"][0]["Instances"][0]["IamInstanceProfile"]["Arn"] == arn
    with pytest.raises(AwsError, match="Invalid IAM Instance Profile ARN"):
        await ec2("RunInstances", **run, IamInstanceProfile={"Arn": arn + "x"})


async def test_a_spot_fleet_spreads_over_subnets_with_commas(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)
    subnets = [each["SubnetId"] for each in (await ec2("DescribeSubnets"))["Subnets"]][:3]
    specification = {"ImageId": "ami-12c6146b", "InstanceType": "m3.large", "SubnetId": ", ".join(subnets)}
    config = {
        "IamFleetRole": f"arn:aws:iam::{ACCOUNT}:role/fleet",
        "TargetCapacity": 3,
        "SpotPrice": "0.0246",
        "AllocationStrategy": "diversified",
        "LaunchSpecifications": [specification],
    }
    fleet = await ec2("RequestSpotFleet", SpotFleetRequestConfig=config)
    found = await ec2("DescribeSpotFleetInstances", SpotFleetRequestId=fleet["SpotFleetRequestId"])
    ids = [each["InstanceId"] for each in found["ActiveInstances"]]
    described = await ec2("DescribeInstances", InstanceIds=ids)
    used = [each["SubnetId"] for one in described["Reservations"] for each in one["Instances"]]
    assert sorted(used) == sorted(subnets)


async def test_the_regions_are_those_that_are_enabled(machine: Machine) -> None:
    ec2 = Ec2(machine.driver)

    async def names(region: str = "us-east-1", **params: Any) -> list[str]:
        return [each["RegionName"] for each in (await ec2("DescribeRegions", region, **params))["Regions"]]

    enabled = await names()
    assert len(enabled) == 17
    assert "eu-west-1" in enabled
    assert not {"af-south-1", "cn-north-1", "us-gov-west-1"} & set(enabled)
    assert await names("cn-north-1") == ["cn-north-1", "cn-northwest-1"]
    every = await names(AllRegions=True)
    assert set(enabled) < set(every)
    opt_in = [{"Name": "opt-in-status", "Values": ["not-opted-in"]}]
    assert set(await names(AllRegions=True, Filters=opt_in)) == set(every) - set(enabled)
    assert await names(RegionNames=["me-south-1"]) == ["me-south-1"]
    for params in ({"RegionNames": ["mars-1"]}, {"Filters": [{"Name": "planet", "Values": ["mars"]}]}):
        with pytest.raises(AwsError) as refused:
            await ec2("DescribeRegions", **params)
        assert refused.value.code == "InvalidParameterValue"
