"""Simulated services as clients see them: S3 with small and large objects, EC2, and what moto lacks."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import AwsCli, Client

from windsock.testing import Server

ACCOUNT = "700000000041"
MEGABYTE = 1024 * 1024


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that the CLI uploads in three parts."""
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * (20 * MEGABYTE // 256))
    return path


def test_large_objects_come_back_as_they_were(
    aws: Callable[[str], AwsCli], client: Client, large: Path, tmp_path: Path
) -> None:
    cli = aws(ACCOUNT)
    cli("s3", "mb", "s3://large-things")
    cli("s3", "cp", str(large), "s3://large-things/dir/large", "--no-progress")
    cli("s3", "cp", "s3://large-things/dir/large", "s3://large-things/copy", "--no-progress")
    back = tmp_path / "back"
    cli("s3", "cp", "s3://large-things/copy", str(back), "--no-progress")
    assert back.read_bytes() == large.read_bytes()
    s3 = client("s3", ACCOUNT)
    part = s3.get_object(Bucket="large-things", Key="dir/large", Range="bytes=1000-1009")
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert part["ContentRange"] == f"bytes 1000-1009/{20 * MEGABYTE}"
    assert part["Body"].read() == large.read_bytes()[1000:1010]
    head = s3.head_object(Bucket="large-things", Key="dir/large")
    assert head["ContentLength"] == 20 * MEGABYTE
    assert head["ETag"].endswith('-3"')


@pytest.mark.parametrize("size", [0, 10, 65_536, 65_537, 3 * MEGABYTE])
def test_an_object_of_any_size_is_stored(client: Client, size: int) -> None:
    s3 = client("s3", ACCOUNT)
    s3.create_bucket(Bucket=f"size-{size}")
    body = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    s3.put_object(Bucket=f"size-{size}", Key="a b/ü+", Body=body, Metadata={"colour": "red"})
    found = s3.get_object(Bucket=f"size-{size}", Key="a b/ü+")
    assert found["Body"].read() == body
    assert found["Metadata"] == {"colour": "red"}
    assert s3.list_objects_v2(Bucket=f"size-{size}")["Contents"][0]["Size"] == size


def test_conditions_and_presigned_urls(client: Client) -> None:
    s3 = client("s3", ACCOUNT)
    s3.create_bucket(Bucket="conditions")
    tag = s3.put_object(Bucket="conditions", Key="key", Body=b"text")["ETag"]
    assert _code(lambda: s3.put_object(Bucket="conditions", Key="key", Body=b"", IfNoneMatch="*")) == (
        "PreconditionFailed"
    )
    assert _code(lambda: s3.get_object(Bucket="conditions", Key="key", IfNoneMatch=tag)) == "304"
    assert _code(lambda: s3.head_object(Bucket="conditions", Key="none")) == "404"
    assert _code(lambda: s3.get_object(Bucket="conditions", Key="none")) == "NoSuchKey"
    upload = s3.generate_presigned_url("put_object", Params={"Bucket": "conditions", "Key": "sent"})
    body = b"x" * MEGABYTE
    with urllib.request.urlopen(urllib.request.Request(upload, body, method="PUT")) as response:
        assert response.status == 200
    download = s3.generate_presigned_url("get_object", Params={"Bucket": "conditions", "Key": "sent"})
    with urllib.request.urlopen(download) as response:
        assert response.read() == body


def test_resources_are_described_as_they_were_made(client: Client) -> None:
    ec2 = client("ec2", ACCOUNT, "eu-west-1")
    made = ec2.run_instances(ImageId="ami-0abcdef1234567890", MinCount=1, MaxCount=1, UserData="#!/bin/sh")
    instance = made["Instances"][0]["InstanceId"]
    ec2.create_tags(Resources=[instance], Tags=[{"Key": "Name", "Value": "web"}])
    found = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": ["web"]}])
    assert found["Reservations"][0]["Instances"][0]["InstanceId"] == instance
    data = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")
    assert data["UserData"]["Value"] == "IyEvYmluL3No"


def test_what_nobody_has_is_not_implemented(client: Client) -> None:
    for call in (client("groundstation", ACCOUNT).list_satellites, client("ec2", ACCOUNT).create_ipam):
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "NotImplemented"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def _code(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Code"])


def test_what_happens_to_instances_and_snapshots_reaches_rules(
    windsock: Server, aws: Callable[[str], AwsCli], client: Client
) -> None:
    account = "700000000045"
    cli, sqs = aws(account), client("sqs", account)
    url = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{account}:changes"
    cli("events", "put-rule", "--name", "changes", "--event-pattern", '{"source": ["aws.ec2"]}')
    cli("events", "put-targets", "--rule", "changes", "--targets", f"Id=queue,Arn={arn}")
    ran = json.loads(cli("ec2", "run-instances", "--image-id", "ami-12c6146b", "--instance-type", "t2.micro"))
    volume = ran["Instances"][0]["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    cli("ec2", "create-snapshot", "--volume-id", volume)
    windsock.settle()
    assert _told(sqs, url) == ["pending"]
    windsock.advance(60)
    assert _told(sqs, url) == ["running", "createSnapshot"]


def _told(sqs: Any, url: str) -> list[str]:
    """The states and events that messages in a queue tell of, in the order of their times."""
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    events = sorted((json.loads(message["Body"]) for message in messages), key=lambda event: event["time"])
    return [event["detail"].get("state") or event["detail"]["event"] for event in events]
