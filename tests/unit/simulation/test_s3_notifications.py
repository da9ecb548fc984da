"""What S3 tells of objects: to whom, in which shape, and which settings it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.engine.settings import EngineSettings
from windsock.kernel.errors import AwsError

BUCKET = "things"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:told"
HELLO = "5d41402abc4b2a76b9719d911017c592"
EMPTY = "d41d8cd98f00b204e9800998ecf8427e"


def queue_rule(*events: str, **filters: str) -> dict[str, Any]:
    rules = [{"Name": name, "Value": value} for name, value in filters.items()]
    return {
        "Id": "rule",
        "QueueArn": QUEUE,
        "Events": list(events),
        "Filter": {"Key": {"FilterRules": rules}},
    }


class Bucket:
    """A bucket whose events go to a queue, and by the bus to another."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    async def make(self, *, versioned: bool = False) -> None:
        driver = self.driver
        await driver("s3", "CreateBucket", Bucket=BUCKET)
        if versioned:
            await driver(
                "s3", "PutBucketVersioning", Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
            )
        for queue in ("told", "bus"):
            await driver("sqs", "CreateQueue", QueueName=queue)
        await driver("events", "PutRule", Name="s3", EventPattern='{"source":["aws.s3"]}')
        target = {"Id": "1", "Arn": QUEUE.replace("told", "bus")}
        await driver("events", "PutTargets", Rule="s3", Targets=[target])

    async def allow_acls(self) -> None:
        controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        await self.driver("s3", "PutBucketOwnershipControls", Bucket=BUCKET, OwnershipControls=controls)
        await self.driver("s3", "DeletePublicAccessBlock", Bucket=BUCKET)

    async def configure(self, settings: dict[str, Any]) -> None:
        await self.driver(
            "s3",
            "PutBucketNotificationConfiguration",
            Bucket=BUCKET,
            NotificationConfiguration=settings,
        )

    async def put(self, key: str, **params: Any) -> dict[str, Any]:
        return await self.driver("s3", "PutObject", Bucket=BUCKET, Key=key, Body=b"hello", **params)

    async def read(self, queue: str = "told") -> list[dict[str, Any]]:
        await self.driver.settle()
        found = []
        while messages := (
            await self.driver("sqs", "ReceiveMessage", QueueUrl=f"/000000000000/{queue}",
                              MaxNumberOfMessages=10)
        ).get("Messages"):  # fmt: skip
            for message in messages:
                found.append(json.loads(message["Body"]))
                await self.driver("sqs", "DeleteMessage", QueueUrl=f"/000000000000/{queue}",
                                  ReceiptHandle=message["ReceiptHandle"])  # fmt: skip
        return found

    async def records(self) -> list[dict[str, Any]]:
        return [record for body in await self.read() for record in body.get("Records", ())]


@pytest.fixture
async def bucket(machine: Machine) -> Bucket:
    return Bucket(machine.driver)


async def test_a_record_has_the_shape_of_s3s(bucket: Bucket) -> None:
    await bucket.make()
    await bucket.configure({"QueueConfigurations": [queue_rule("s3:ObjectCreated:*")]})
    (test,) = await bucket.read()
    assert (test["Event"], test["Bucket"], test["Time"]) == (
        "s3:TestEvent",
        BUCKET,
        "2017-01-02T00:00:00.000Z",
    )
    await bucket.put("dir/a b+ü")
    (record,) = await bucket.records()
    request = record["responseElements"].pop("x-amz-request-id")
    assert record["responseElements"].pop("x-amz-id-2") and request
    assert record["s3"]["object"].pop("sequencer")
    owner = record["s3"]["bucket"]["ownerIdentity"]
    assert record == {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2017-01-02T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": owner,
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "rule",
            "bucket": {"name": BUCKET, "ownerIdentity": owner, "arn": f"arn:aws:s3:::{BUCKET}"},
            "object": {"key": "dir/a+b%2B%C3%BC", "size": 5, "eTag": HELLO},
        },
    }


ALL = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*", "s3:ObjectAcl:Put"]
TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}

OPERATIONS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("PutObject", {"Key": "new", "Body": b"hello"}, "ObjectCreated:Put", {"size": 5, "eTag": HELLO}),
    (
        "PutObject",
        {"Key": "new", "Body": b"", "Tagging": "a=b", "ACL": "public-read"},
        "ObjectCreated:Put",
        {"size": 0, "eTag": EMPTY},
    ),
    (
        "CopyObject",
        {"Key": "new", "CopySource": f"{BUCKET}/old"},
        "ObjectCreated:Copy",
        {"size": 5, "eTag": HELLO},
    ),
    ("DeleteObject", {"Key": "old"}, "ObjectRemoved:Delete", {}),
    ("DeleteObjects", {"Delete": {"Objects": [{"Key": "old"}]}}, "ObjectRemoved:Delete", {}),
    ("PutObjectTagging", {"Key": "old", "Tagging": TAGS}, "ObjectTagging:Put", {"eTag": HELLO}),
    ("DeleteObjectTagging", {"Key": "old"}, "ObjectTagging:Delete", {"eTag": HELLO}),
    ("PutObjectAcl", {"Key": "old", "ACL": "public-read"}, "ObjectAcl:Put", {"eTag": HELLO}),
]
DETAIL_TYPES = {
    "ObjectCreated:Put": ("Object Created", "PutObject"),
    "ObjectCreated:Copy": ("Object Created", "CopyObject"),
    "ObjectRemoved:Delete": ("Object Deleted", "DeleteObject"),
    "ObjectTagging:Put": ("Object Tags Added", None),
    "ObjectTagging:Delete": ("Object Tags Deleted", None),
    "ObjectAcl:Put": ("Object ACL Updated", None),
}


@pytest.mark.parametrize(("operation", "params", "event", "members"), OPERATIONS)
async def test_each_operation_tells_one_event(
    bucket: Bucket, operation: str, params: dict[str, Any], event: str, members: dict[str, Any]
) -> None:
    await bucket.make()
    await bucket.allow_acls()
    await bucket.put("old")
    await bucket.configure({"QueueConfigurations": [queue_rule(*ALL)], "EventBridgeConfiguration": {}})
    await bucket.driver("s3", operation, Bucket=BUCKET, **params)
    (record,) = await bucket.records()
    assert record["eventName"] == event
    found = record["s3"]["object"]
    sequencer = found.pop("sequencer", None)
    assert (sequencer is None) == (record["eventVersion"] == "2.3")
    assert found == {"key": params.get("Key", "old"), **members}
    (told,) = await bucket.read("bus")
    assert (told["detail-type"], told["detail"].get("reason")) == DETAIL_TYPES[event]
    assert (told["source"], told["resources"]) == ("aws.s3", [f"arn:aws:s3:::{BUCKET}"])
    assert told["detail"]["object"]["key"] == params.get("Key", "old")
    assert told["detail"]["requester"] == "000000000000"


async def test_multipart_uploads_tell_once(bucket: Bucket) -> None:
    await bucket.make()
    await bucket.configure({"QueueConfigurations": [queue_rule(*ALL)]})
    s3 = bucket.driver
    begun = await s3("s3", "CreateMultipartUpload", Bucket=BUCKET, Key="big")
    upload = {"Bucket": BUCKET, "Key": "big", "UploadId": begun["UploadId"]}
    part = await s3("s3", "UploadPart", **upload, PartNumber=1, Body=b"hello")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    await s3("s3", "CompleteMultipartUpload", **upload, MultipartUpload=parts)
    (record,) = await bucket.records()
    assert record["eventName"] == "ObjectCreated:CompleteMultipartUpload"
    assert record["s3"]["object"]["size"] == 5


async def test_versions_and_markers(bucket: Bucket) -> None:
    await bucket.make(versioned=True)
    await bucket.configure({"QueueConfigurations": [queue_rule(*ALL)], "EventBridgeConfiguration": {}})
    version = (await bucket.put("key"))["VersionId"]
    marker = (await bucket.driver("s3", "DeleteObject", Bucket=BUCKET, Key="key"))["VersionId"]
    await bucket.driver("s3", "DeleteObject", Bucket=BUCKET, Key="key", VersionId=version)
    records = sorted(await bucket.records(), key=lambda record: record["s3"]["object"]["sequencer"])
    assert [(record["eventName"], record["s3"]["object"]["versionId"]) for record in records] == [
        ("ObjectCreated:Put", version),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", version),
    ]
    assert records[1]["s3"]["object"]["eTag"] == EMPTY
    told = [event["detail"].get("deletion-type") for event in await bucket.read("bus")]
    assert told == [None, "Delete Marker Created", "Permanently Deleted"]


async def test_filters_choose_keys(bucket: Bucket) -> None:
    await bucket.make()
    await bucket.configure(
        {
            "QueueConfigurations": [
                queue_rule("s3:ObjectCreated:*", prefix="a b/", suffix=".jpg"),
                {**queue_rule("s3:ObjectCreated:*", prefix="c/"), "Id": "other"},
            ]
        }
    )
    for key in ("a b/1.jpg", "a b/1.png", "a+b/1.jpg", "c/d", "d/c/"):
        await bucket.put(key)
    told = {
        (record["s3"]["configurationId"], record["s3"]["object"]["key"]) for record in await bucket.records()
    }
    assert told == {("rule", "a+b/1.jpg"), ("other", "c/d")}
    settings = await bucket.driver("s3", "GetBucketNotificationConfiguration", Bucket=BUCKET)
    assert settings["QueueConfigurations"][0]["Filter"]["Key"]["FilterRules"] == [
        {"Name": "Prefix", "Value": "a b/"},
        {"Name": "Suffix", "Value": ".jpg"},
    ]
    await bucket.configure({})
    await bucket.put("c/d")
    assert await bucket.records() == []


OTHER = "arn:aws:sqs:us-east-1:000000000000:none"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"QueueConfigurations": [{**queue_rule("s3:ObjectCreated:*"), "QueueArn": OTHER}]},
     "Unable to validate the following destination configurations"),
    ({"TopicConfigurations": [{"TopicArn": OTHER.replace("sqs", "sns"), "Events": ["s3:ObjectCreated:*"]}]},
     "Unable to validate the following destination configurations"),
    ({"LambdaFunctionConfigurations": [{
        "LambdaFunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:none",
        "Events": ["s3:ObjectCreated:*"]}]},
     "Unable to validate the following destination configurations"),
    ({"QueueConfigurations": [{**queue_rule("s3:ObjectCreated:*"), "QueueArn": "queue"}]},
     "The ARN is not well formed"),
    ({"QueueConfigurations": [{**queue_rule("s3:ObjectCreated:*"),
                               "QueueArn": QUEUE.replace("us-east-1", "eu-west-1")}]},
     "The notification destination service region is not valid for the bucket location constraint"),
    ({"QueueConfigurations": [queue_rule("s3:ObjectCreated:*"),
                              {**queue_rule("s3:ObjectCreated:Put"), "Id": "other"}]},
     "Configuration is ambiguously defined."),
    ({"QueueConfigurations": [queue_rule("s3:ObjectCreated:Put", prefix="a", suffix="g"),
                              {**queue_rule("s3:ObjectCreated:Put", prefix="ab", suffix="jpg"), "Id": "x"}]},
     "Configuration is ambiguously defined."),
    ({"QueueConfigurations": [queue_rule("s3:ObjectCreated:Put"), queue_rule("s3:ObjectAcl:Put")]},
     "Same ID used for multiple configurations."),
    ({"QueueConfigurations": [queue_rule("s3:ObjectCreated:Put", infix="a")]},
     "filter rule name must be either prefix or suffix"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "message"), REFUSED)
async def test_settings_that_are_refused(bucket: Bucket, settings: dict[str, Any], message: str) -> None:
    await bucket.make()
    with pytest.raises(AwsError) as refused:
        await bucket.configure(settings)
    assert refused.value.code == "InvalidArgument"
    assert refused.value.message.startswith(message)
    assert await bucket.driver("s3", "GetBucketNotificationConfiguration", Bucket=BUCKET) == {}


async def test_a_bucket_must_be_there(bucket: Bucket) -> None:
    await bucket.driver("sqs", "CreateQueue", QueueName="told")
    with pytest.raises(AwsError) as refused:
        await bucket.configure({"QueueConfigurations": [queue_rule("s3:ObjectCreated:*")]})
    assert (refused.value.code, refused.value.status) == ("NoSuchBucket", 404)
    assert await bucket.read() == []


async def test_settings_survive_a_restart(machine: Machine) -> None:
    bucket = Bucket(machine.driver)
    await bucket.make()
    await bucket.configure({"QueueConfigurations": [queue_rule("s3:ObjectCreated:*")]})
    await bucket.read()
    await bucket.put("before")
    await machine.restart()
    bucket = Bucket(machine.driver)
    await bucket.put("after")
    records = sorted(await bucket.records(), key=lambda record: record["s3"]["object"]["sequencer"])
    assert [record["s3"]["object"]["key"] for record in records] == ["before", "after"]


@pytest.mark.parametrize("engine_settings", [EngineSettings(iam="enforce")])
async def test_with_iam_enforced_receivers_must_let_s3_in(bucket: Bucket) -> None:
    await bucket.make()
    settings = {"QueueConfigurations": [queue_rule("s3:ObjectCreated:*")]}
    with pytest.raises(AwsError) as refused:
        await bucket.configure(settings)
    assert refused.value.details["ArgumentName"] == QUEUE
    assert refused.value.details["ArgumentValue"] == (
        "Permissions on the destination queue do not allow S3 to publish notifications from this bucket"
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{BUCKET}"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queue = {"QueueUrl": "/000000000000/told"}
    await bucket.driver("sqs", "SetQueueAttributes", **queue, Attributes={"Policy": policy})
    await bucket.configure(settings)
    await bucket.put("key")
    assert [record["s3"]["object"]["key"] for record in await bucket.records()] == ["key"]
    await bucket.driver("sqs", "SetQueueAttributes", **queue, Attributes={"Policy": ""})
    await bucket.put("other")
    assert await bucket.records() == []
