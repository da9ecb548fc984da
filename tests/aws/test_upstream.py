"""A service that is passed on to another endpoint: a second windsock."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.servers import WINDSOCK, start

from windsock.testing import Server

ACCOUNT = "700000000042"
OTHER_ACCOUNT = "700000000043"


@pytest.fixture(scope="module")
def far() -> Iterator[Server]:
    """The one that calls are passed on to."""
    with start("--memory") as server:
        yield server


@pytest.fixture(scope="module")
def near(far: Server) -> Iterator[Server]:
    """The one that passes on: SQS as its caller, S3 as an account that the settings name."""
    upstream = {
        "sqs": {"endpoint": far.endpoint},
        "s3": {"endpoint": far.endpoint, "access_key": OTHER_ACCOUNT, "secret_key": "secret"},
        "sns": {"endpoint": "http://127.0.0.1:9"},
    }
    with start("--memory", env={"WINDSOCK_UPSTREAM": json.dumps(upstream)}) as server:
        yield server


def _client(server: Server, service: str, account: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=server.endpoint,
        region_name="eu-west-1",
        aws_access_key_id=account,
        aws_secret_access_key="test",
    )


def test_calls_are_passed_on_as_their_caller(near: Server, far: Server) -> None:
    sqs = _client(near, "sqs", ACCOUNT)
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="text")
    there = _client(far, "sqs", ACCOUNT)
    assert there.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "text"


def test_what_windsock_delivers_is_passed_on_too(near: Server, far: Server) -> None:
    url = _client(far, "sqs", ACCOUNT).create_queue(QueueName="events")["QueueUrl"]
    events = _client(near, "events", ACCOUNT)
    events.put_rule(Name="all", EventPattern='{"source":["my.app"]}')
    arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:events"
    events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn}])
    events.put_events(Entries=[{"Source": "my.app", "DetailType": "Hello", "Detail": "{}"}])
    received = _client(far, "sqs", ACCOUNT).receive_message(QueueUrl=url, WaitTimeSeconds=20)
    assert json.loads(received["Messages"][0]["Body"])["source"] == "my.app"


def test_credentials_of_the_settings_are_used(near: Server, far: Server) -> None:
    s3 = _client(near, "s3", ACCOUNT)
    s3.create_bucket(Bucket="passed-on", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for body in (b"text", b"0123456789" * 200_000):
        s3.put_object(Bucket="passed-on", Key="a b", Body=body, Metadata={"colour": "red"})
        found = s3.get_object(Bucket="passed-on", Key="a b")
        assert (found["Body"].read(), found["Metadata"]) == (body, {"colour": "red"})
    assert [each["Name"] for each in _client(far, "s3", OTHER_ACCOUNT).list_buckets()["Buckets"]] == [
        "passed-on"
    ]
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket="passed-on", Key="none")
    assert refused.value.response["Error"]["Code"] == "NoSuchKey"


def test_an_endpoint_that_is_not_there_says_so(near: Server) -> None:
    with pytest.raises(ClientError, match=r"http://127.0.0.1:9") as refused:
        _client(near, "sns", ACCOUNT).list_topics()
    assert refused.value.response["Error"]["Code"] == "ServiceUnavailable"


def test_the_routes_are_told(near: Server, far: Server) -> None:
    told = near.get("services")
    assert told["services"]["sqs"] == "upstream"
    assert told["services"]["events"] == "native"
    assert told["services"]["ec2"] == "simulated"
    assert told["upstreams"]["sqs"] == far.endpoint


def test_the_routes_are_shown(near: Server, far: Server) -> None:
    shown = subprocess.run(
        [WINDSOCK, "status", "--endpoint", near.endpoint],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "1000"},
    ).stdout
    rows = [
        (way, rest.strip()) for way, _, rest in (line.strip().partition(" ") for line in shown.splitlines())
    ]
    assert ("upstream", f"sqs at {far.endpoint}") in rows
    native, simulated = dict(rows)["native"], dict(rows)["simulated"]
    assert "events" in native
    assert "ec2" in simulated
    assert "sqs" not in native
