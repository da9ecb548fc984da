"""Streams are made for destinations that records reach, and refused for others."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.simulation.conftest import Machine

from windsock.kernel.errors import AwsError

ROLE = "arn:aws:iam::000000000000:role/stream"
BUCKET = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::kept"}
DOMAIN = {
    "RoleARN": ROLE,
    "DomainARN": "arn:aws:es:us-east-1:000000000000:domain/logs",
    "IndexName": "log",
    "S3Configuration": BUCKET,
}


async def test_records_reach_the_bucket(machine: Machine) -> None:
    driver = machine.driver
    await driver("s3", "CreateBucket", Bucket="kept")
    await driver(
        "firehose", "CreateDeliveryStream", DeliveryStreamName="s", ExtendedS3DestinationConfiguration=BUCKET
    )
    await driver("firehose", "PutRecord", DeliveryStreamName="s", Record={"Data": b"one"})
    assert (await driver("s3", "ListObjectsV2", Bucket="kept"))["KeyCount"] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ElasticsearchDestinationConfiguration", DOMAIN),
        (
            "HttpEndpointDestinationConfiguration",
            {"EndpointConfiguration": {"Url": "https://example.com"}, "S3Configuration": BUCKET},
        ),
    ],
)
async def test_where_records_would_be_lost_is_refused(
    machine: Machine, name: str, value: dict[str, Any]
) -> None:
    params: dict[str, Any] = {"DeliveryStreamName": "s", name: value}
    with pytest.raises(AwsError) as refusal:
        await machine.driver("firehose", "CreateDeliveryStream", **params)
    assert (refusal.value.code, refusal.value.status) == ("NotImplemented", 501)
    assert name in refusal.value.message


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("codebuild", "StartBuild", {"projectName": "p"}),
        ("ssm", "SendCommand", {"DocumentName": "AWS-RunShellScript"}),
        ("redshift-data", "ExecuteStatement", {"Sql": "select 1", "Database": "d"}),
    ],
)
async def test_nothing_is_pretended(
    machine: Machine, service: str, operation: str, params: dict[str, Any]
) -> None:
    with pytest.raises(AwsError) as refusal:
        await machine.driver(service, operation, **params)
    assert (refusal.value.code, refusal.value.status) == ("NotImplemented", 501)
