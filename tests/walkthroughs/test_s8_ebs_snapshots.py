"""S8: snapshots are tagged, copied to a second region and cleaned up by a state machine in each.

The rules, the machines' states and the text of tags, descriptions and mails are those of the article's
templates (seed lines 1183 to 1307); its functions are written anew for Python. IAM is enforced, with the
roles of the templates, whose actions are written in lower case as there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.servers import start
from tests.walkthroughs.accounts import LOGGING, EnforcedAccount, zipped

ACCOUNT = "123456789012"
PRIMARY, DR = "us-west-2", "us-east-2"
RETAINED = {PRIMARY: 7, DR: 1}
# A snapshot completes within this, and so does its copy.
COMPLETED = 40

TAG_SNAPSHOT = """
import os

import boto3

ec2 = boto3.client("ec2")


def handler(event, context):
    detail = event["detail"]
    volume = detail["source"].partition("/")[2]
    snapshot = detail["snapshot_id"].partition("/")[2]
    if os.environ["tagKey"] != "none":
        tagged = [{"Name": "tag-key", "Values": [os.environ["tagKey"]]}]
        if not ec2.describe_volumes(VolumeIds=[volume], Filters=tagged)["Volumes"]:
            return "VOLUME_NOT_TAGGED"
    tags = {"AutomatedSnapName": f"{volume}_{detail['startTime']}", "OriginalVolumeId": volume}
    ec2.create_tags(Resources=[snapshot], Tags=[{"Key": k, "Value": v} for k, v in tags.items()])
    return volume
"""
TAG_COPY = """
import boto3

ec2 = boto3.client("ec2")


def handler(event, context):
    snapshot = event["detail"]["snapshot_id"].partition("/")[2]
    description = ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["Description"]
    if description.count("**") != 2:
        return "VOLUME_NOT_TAGGED"
    _, volume, region = description.split("**")
    tags = {
        "AutomatedSnapName": f"{volume}_{event['detail']['startTime']}",
        "OriginalVolumeId": volume,
        "OriginalRegion": region,
    }
    ec2.create_tags(Resources=[snapshot], Tags=[{"Key": k, "Value": v} for k, v in tags.items()])
    return volume
"""
COUNT = """
import boto3

ec2 = boto3.client("ec2")


def handler(event, context):
    wanted = [
        {"Name": "tag:OriginalVolumeId", "Values": [event["originalVolumeId"]]},
        {"Name": "tag-key", "Values": ["AutomatedSnapName"]},
    ]
    found = ec2.describe_snapshots(Filters=wanted)["Snapshots"]
    snapshots = [{**each, "StartTime": each["StartTime"].isoformat()} for each in found]
    return {"Snapshots": snapshots, "numSnapshots": len(snapshots)}
"""
COPY = """
import os

import boto3


def handler(event, context):
    detail = event["detail"]
    region = detail["source"].split(":")[4]
    snapshot, volume = (detail[name].partition("/")[2] for name in ("snapshot_id", "source"))
    boto3.client("ec2", region_name=os.environ["destRegion"]).copy_snapshot(
        Description=f"{snapshot}**{volume}**{region}", SourceRegion=region, SourceSnapshotId=snapshot
    )
    return f"Successfully started copy of snapshot {snapshot} to region {os.environ['destRegion']}."
"""
DELETE = """
import os

import boto3

ec2 = boto3.client("ec2")


def handler(event, context):
    by_age = sorted(event["snapshotList"]["Snapshots"], key=lambda each: each["StartTime"])
    for each in by_age[: -int(os.environ["retentionPeriod"])]:
        ec2.delete_snapshot(SnapshotId=each["SnapshotId"])
"""
NOTIFY = """
import os

import boto3

sns = boto3.client("sns")


def handler(event, context):
    volume = event["detail"]["source"].partition("/")[2]
    text = f"An error occurred when managing your snapshots for volumeid: {volume}. "
    text += f"Error message: {event['errorMsg']['Cause']}"
    topic = os.environ["notificationTopic"]
    sns.publish(TopicArn=topic, Subject="Snapshot Management Error", Message=text)
"""

MANAGING = ["ec2:describeSnapshots", "ec2:copySnapshot", "ec2:createTags", "ec2:describeVolumes"]
ROLES = {
    "SnapshotManagement": ("lambda.amazonaws.com", MANAGING + LOGGING),
    "SnapshotDeletion": ("lambda.amazonaws.com", ["ec2:deleteSnapshot", *LOGGING]),
    "SNSNotification": ("lambda.amazonaws.com", ["sns:Publish", *LOGGING]),
    "ExecuteStateMachine": ("events.amazonaws.com", ["states:StartExecution"]),
}
SHARED = {
    "CountSnapshots-": (COUNT, "SnapshotManagement"),
    "DeleteOldSnapshots-": (DELETE, "SnapshotDeletion"),
    "Notification-": (NOTIFY, "SNSNotification"),
}
FUNCTIONS = {
    PRIMARY: {
        "TagSnapshots-": (TAG_SNAPSHOT, "SnapshotManagement"),
        "CopySnapshotToDRRegion-": (COPY, "SnapshotManagement"),
        **SHARED,
    },
    DR: {"TagSnapshotCopy-": (TAG_COPY, "SnapshotManagement"), **SHARED},
}
EVENTS = {PRIMARY: "createSnapshot", DR: "copySnapshot"}


class Region:
    """What a template of the article makes in a region."""

    def __init__(self, account: EnforcedAccount, name: str) -> None:
        self.account = account
        self.name = name
        self.ec2 = account.client("ec2", region=name)
        self.functions = account.client("lambda", region=name)
        self.states = account.client("stepfunctions", region=name)
        self.topic = f"arn:aws:sns:{name}:{ACCOUNT}:SnapshotMgmtTopic"
        self.machine = f"arn:aws:states:{name}:{ACCOUNT}:stateMachine:SnapshotMgmtStateMachine"

    def deploy(self, roles: dict[str, str]) -> None:
        """The topic, the functions, the machine and the rule."""
        self.account.client("sns", region=self.name).create_topic(Name="SnapshotMgmtTopic")
        for name, (code, role) in FUNCTIONS[self.name].items():
            self.functions.create_function(
                FunctionName=name,
                Runtime="python3.12",
                Role=roles[role],
                Handler="index.handler",
                Code={"ZipFile": zipped(code)},
                Environment={"Variables": self.environment()},
                MemorySize=128,
                Timeout=15,
            )
        states = self.account.role(
            f"StatesExecution-{self.name}", f"states.{self.name}.amazonaws.com", ["lambda:InvokeFunction"]
        )
        machine = primary_machine() if self.name == PRIMARY else dr_machine()
        self.states.create_state_machine(
            name="SnapshotMgmtStateMachine", definition=json.dumps(machine), roleArn=states
        )
        pattern = {
            "source": ["aws.ec2"],
            "detail-type": ["EBS Snapshot Notification"],
            "detail": {"event": [EVENTS[self.name]]},
        }
        events = self.account.client("events", region=self.name)
        events.put_rule(Name="EBS_Snapshot_Mgmt", EventPattern=json.dumps(pattern), State="ENABLED")
        target = {"Id": "SFN_Target", "Arn": self.machine, "RoleArn": roles["ExecuteStateMachine"]}
        assert events.put_targets(Rule="EBS_Snapshot_Mgmt", Targets=[target])["FailedEntries"] == []

    def environment(self, tag: str = "none") -> dict[str, str]:
        """The settings of the functions."""
        return {
            "tagKey": tag,
            "destRegion": DR,
            "retentionPeriod": str(RETAINED[self.name]),
            "notificationTopic": self.topic,
        }

    def snapshots(self) -> dict[str, dict[str, Any]]:
        """One's own, oldest first."""
        found = self.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
        return {each["SnapshotId"]: each for each in sorted(found, key=lambda each: each["StartTime"])}

    def runs(self) -> list[tuple[str, list[str]]]:
        """How each execution ended and which states it entered, oldest first."""
        runs = []
        for each in self.states.list_executions(stateMachineArn=self.machine)["executions"]:
            history = self.states.get_execution_history(executionArn=each["executionArn"])["events"]
            details = (event.get("stateEnteredEventDetails") for event in history)
            runs.append((each["status"], [detail["name"] for detail in details if detail]))
        return runs[::-1]


def function(name: str) -> str:
    """The ARN of a function where its machine is, to be filled in."""
    return f"arn:aws:lambda:<region>:{ACCOUNT}:function:{name}"


def task(name: str, catch: str | None, following: str | None, **fields: Any) -> dict[str, Any]:
    """A state that calls a function, errors of which go to the state `catch`."""
    state: dict[str, Any] = {"Type": "Task", "Resource": function(name), "TimeoutSeconds": 60, **fields}
    if catch:
        state["Catch"] = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.errorMsg", "Next": catch}]
    return {**state, **({"Next": following} if following else {"End": True})}


def choice(variable: str, test: dict[str, Any], following: str, otherwise: str) -> dict[str, Any]:
    """A choice of two."""
    rule = {"Variable": variable, **test, "Next": following}
    return {"Type": "Choice", "Choices": [rule], "Default": otherwise}


def machine(region: str, tagging: str, then: str, states: dict[str, Any]) -> dict[str, Any]:
    """What both machines have, and what comes `then`."""
    tagged = task(tagging, "NotifyUser", "EvaluateContinue", OutputPath="$", ResultPath="$.originalVolumeId")
    counted = task("CountSnapshots-", "NotifyUser", then, OutputPath="$", ResultPath="$.snapshotList")
    excluded = {"StringEquals": "VOLUME_NOT_TAGGED"}
    whole = {
        "StartAt": "TagSnapshot",
        "States": {
            "TagSnapshot": tagged,
            "EvaluateContinue": choice(
                "$.originalVolumeId", excluded, "SuccessState", "RetrieveNumberOfSnapshots"
            ),
            "RetrieveNumberOfSnapshots": counted,
            **states,
            "NotifyUser": task("Notification-", None, None),
            "SuccessState": {"Type": "Succeed", "OutputPath": "$"},
        },
    }
    filled: dict[str, Any] = json.loads(json.dumps(whole).replace("<region>", region))
    return filled


def primary_machine() -> dict[str, Any]:
    """It copies and cleans up at once."""
    notifying = task("Notification-", None, None)
    copying = {
        "CopyToDRRegion": task(
            "CopySnapshotToDRRegion-", "NotifyUserInParallelBranch1", None, TimeoutSeconds=10
        ),
        "NotifyUserInParallelBranch1": notifying,
    }
    past = {"NumericGreaterThan": RETAINED[PRIMARY]}
    cleaning = {
        "EvaluateSnapshotDeletion": choice(
            "$.snapshotList.numSnapshots", past, "CleanupSnapshotsPastRetention", "SuccessStateInParallel"
        ),
        "CleanupSnapshotsPastRetention": task("DeleteOldSnapshots-", "NotifyUserInParallelBranch2", None),
        "NotifyUserInParallelBranch2": notifying,
        "SuccessStateInParallel": {"Type": "Succeed", "OutputPath": "$"},
    }
    branches = [{"StartAt": next(iter(states)), "States": states} for states in (copying, cleaning)]
    managing = {"Type": "Parallel", "Branches": branches, "Next": "SuccessState"}
    return machine(PRIMARY, "TagSnapshots-", "ManageSnapshots", {"ManageSnapshots": managing})


def dr_machine() -> dict[str, Any]:
    """It only cleans up."""
    past = {"NumericGreaterThan": RETAINED[DR]}
    cleaning = {
        "EvaluateSnapshotDeletion": choice(
            "$.snapshotList.numSnapshots", past, "CleanupSnapshotsPastRetention", "SuccessState"
        ),
        "CleanupSnapshotsPastRetention": task("DeleteOldSnapshots-", "NotifyUser", None),
    }
    return machine(DR, "TagSnapshotCopy-", "EvaluateSnapshotDeletion", cleaning)


Regions = tuple[Region, Region]


@pytest.fixture(scope="module")
def regions() -> Iterator[Regions]:
    with start("--memory", "--clock", "virtual:2017-08-01T12:00:00Z", "--iam", "enforce") as server:
        account = EnforcedAccount(server, ACCOUNT, PRIMARY)
        roles = {name: account.role(name, service, actions) for name, (service, actions) in ROLES.items()}
        both = Region(account, PRIMARY), Region(account, DR)
        for region in both:
            region.deploy(roles)
            account.subscribe(region.topic, "operations@example.com")
        yield both


def volume_of(region: Region) -> str:
    """A new volume."""
    made = region.ec2.create_volume(Size=8, AvailabilityZone=f"{region.name}a")
    return str(made["VolumeId"])


def snapshot_of(region: Region, volume: str) -> str:
    """A new snapshot, once it and its copy are complete and the machines have run."""
    made = region.ec2.create_snapshot(VolumeId=volume, Description="by hand")
    region.account.server.advance(COMPLETED)
    region.account.server.advance(COMPLETED)
    return str(made["SnapshotId"])


def tags(snapshot: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in snapshot.get("Tags", [])}


def test_a_snapshot_is_tagged_and_copied_once_it_is_complete(regions: Regions) -> None:
    primary, dr = regions
    volume = volume_of(primary)
    made = primary.ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    primary.account.server.advance(10)
    assert primary.snapshots()[made]["State"] == "pending"
    assert primary.runs() == []

    primary.account.server.advance(COMPLETED)
    ((status, entered),) = primary.runs()
    assert status == "SUCCEEDED"
    assert entered[:4] == [
        "TagSnapshot", "EvaluateContinue", "RetrieveNumberOfSnapshots", "ManageSnapshots",
    ]  # fmt: skip
    assert sorted(entered[4:7]) == ["CopyToDRRegion", "EvaluateSnapshotDeletion", "SuccessStateInParallel"]
    assert entered[7:] == ["SuccessState"]
    named = {"AutomatedSnapName": f"{volume}_2017-08-01T12:00:00Z", "OriginalVolumeId": volume}
    assert tags(primary.snapshots()[made]) == named

    primary.account.server.advance(COMPLETED)
    ((status, entered),) = dr.runs()
    assert status == "SUCCEEDED"
    assert entered[-2:] == ["EvaluateSnapshotDeletion", "SuccessState"]
    (copy,) = dr.snapshots().values()
    assert copy["Description"] == f"{made}**{volume}**{PRIMARY}"
    assert copy["VolumeId"] == "vol-ffffffff"
    assert set(tags(copy)) == {"AutomatedSnapName", "OriginalVolumeId", "OriginalRegion"}
    assert tags(copy)["OriginalVolumeId"] == volume


def test_only_so_many_are_retained(regions: Regions) -> None:
    primary, dr = regions
    volume = volume_of(primary)
    made = [snapshot_of(primary, volume) for _ in range(9)]
    kept = [name for name, each in primary.snapshots().items() if each["VolumeId"] == volume]
    assert kept == made[-7:]
    (copy,) = (each for each in dr.snapshots().values() if tags(each)["OriginalVolumeId"] == volume)
    assert copy["Description"].startswith(made[-1])
    assert {status for region in regions for status, _ in region.runs()} == {"SUCCEEDED"}
    assert primary.account.mails("Snapshot Management Error") == []


def test_volumes_without_the_tag_are_left_alone(regions: Regions) -> None:
    primary, dr = regions
    copies = set(dr.snapshots())
    configure(primary, "Backup")
    made = snapshot_of(primary, volume_of(primary))
    assert primary.runs()[-1] == ("SUCCEEDED", ["TagSnapshot", "EvaluateContinue", "SuccessState"])
    assert tags(primary.snapshots()[made]) == {}
    assert set(dr.snapshots()) == copies

    tagged = volume_of(primary)
    primary.ec2.create_tags(Resources=[tagged], Tags=[{"Key": "Backup", "Value": ""}])
    made = snapshot_of(primary, tagged)
    assert tags(primary.snapshots()[made])["OriginalVolumeId"] == tagged
    configure(primary, "none")


def test_a_copy_made_by_hand_is_left_alone(regions: Regions) -> None:
    _, dr = regions
    source = next(iter(dr.snapshots()))
    dr.ec2.copy_snapshot(SourceRegion=DR, SourceSnapshotId=source, Description="by hand")
    dr.account.server.advance(COMPLETED)
    assert dr.runs()[-1] == ("SUCCEEDED", ["TagSnapshot", "EvaluateContinue", "SuccessState"])


def test_what_goes_wrong_is_mailed(regions: Regions) -> None:
    primary, dr = regions
    configure(primary, "Backup")
    volume = volume_of(primary)
    primary.ec2.create_snapshot(VolumeId=volume)
    primary.ec2.delete_volume(VolumeId=volume)
    primary.account.server.advance(COMPLETED)
    assert primary.runs()[-1] == ("SUCCEEDED", ["TagSnapshot", "NotifyUser"])
    (mail,) = primary.account.mails("Snapshot Management Error")
    said = f"An error occurred when managing your snapshots for volumeid: {volume}. Error message: "
    assert said in mail["text"]
    assert "InvalidVolume.NotFound" in mail["text"]
    configure(primary, "none")

    copies = set(dr.snapshots())
    primary.account.client("iam").put_role_policy(
        RoleName="SnapshotManagement",
        PolicyName="no-copies",
        PolicyDocument='{"Statement": {"Effect": "Deny", "Action": "ec2:CopySnapshot", "Resource": "*"}}',
    )
    snapshot_of(primary, volume_of(primary))
    status, entered = primary.runs()[-1]
    assert status == "SUCCEEDED"
    assert "NotifyUserInParallelBranch1" in entered
    assert "UnauthorizedOperation" in primary.account.mails("Snapshot Management Error")[-1]["text"]
    assert set(dr.snapshots()) == copies


def configure(region: Region, tag: str) -> None:
    """Choose the volumes whose snapshots are managed."""
    environment = {"Variables": region.environment(tag)}
    region.functions.update_function_configuration(FunctionName="TagSnapshots-", Environment=environment)
