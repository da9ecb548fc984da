"""Trails: their API, what they deliver, and the events that follow from calls."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest
from tests.conftest import Driver
from tests.unit.services.cloudtrail.conftest import Bucket

from windsock.kernel.errors import AwsError

ARN = "arn:aws:cloudtrail:us-east-1:000000000000:trail/main"


async def make(driver: Driver, **more: Any) -> dict[str, Any]:
    made = await driver("cloudtrail", "CreateTrail", Name="main", S3BucketName="logs", **more)
    await driver("cloudtrail", "StartLogging", Name="main")
    return made


async def watched(driver: Driver, pattern: dict[str, Any]) -> str:
    """A queue that a rule for the pattern fills; its URL."""
    url: str = (await driver("sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
    await driver("events", "PutRule", Name="calls", EventPattern=orjson.dumps(pattern).decode())
    arn = "arn:aws:sqs:us-east-1:000000000000:q"
    await driver("events", "PutTargets", Rule="calls", Targets=[{"Id": "1", "Arn": arn}])
    return url


async def received(driver: Driver, url: str) -> list[dict[str, Any]]:
    await driver.settle()
    answer = await driver("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    return [orjson.loads(message["Body"]) for message in answer.get("Messages", [])]


def delivered(bucket: Bucket) -> list[dict[str, Any]]:
    bodies = [body for key, body in bucket.objects.items() if key.endswith(".gz")]
    files = [orjson.loads(gzip.decompress(body)) for body in bodies]
    return [record for file in files for record in file["Records"]]


async def test_a_trail_is_shown_as_it_was_made(driver: Driver) -> None:
    made = await make(driver, S3KeyPrefix="audit")
    shown = (await driver("cloudtrail", "GetTrail", Name=ARN))["Trail"]
    assert made["TrailARN"] == ARN
    assert made.items() <= shown.items()
    assert shown["HomeRegion"] == "us-east-1"
    assert (await driver("cloudtrail", "DescribeTrails"))["trailList"] == [shown]
    assert (await driver("cloudtrail", "GetTrailStatus", Name="main"))["IsLogging"] is True


async def test_files_reach_the_bucket(driver: Driver, bucket: Bucket) -> None:
    await make(driver)
    await driver("sns", "CreateTopic", Name="one")
    await driver("sns", "ListTopics")
    await driver.advance(300)
    (key,) = bucket.objects
    assert key.startswith(
        "AWSLogs/000000000000/CloudTrail/us-east-1/2017/01/02/000000000000_CloudTrail_us-east-1_"
    )
    assert key.endswith(".json.gz")
    assert {"CreateTopic", "ListTopics"} <= {record["eventName"] for record in delivered(bucket)}
    status = await driver("cloudtrail", "GetTrailStatus", Name="main")
    assert status["LatestDeliveryAttemptTime"] == "2017-01-02T00:05:00Z"


async def test_each_event_is_delivered_once(driver: Driver, bucket: Bucket) -> None:
    await make(driver)
    for number in range(3):
        await driver("sns", "CreateTopic", Name=f"t{number}")
        await driver.advance(600)
    made = [record for record in delivered(bucket) if record["eventName"] == "CreateTopic"]
    assert [record["requestParameters"]["name"] for record in made] == ["t0", "t1", "t2"]


async def test_a_bucket_that_refuses_is_told_of(driver: Driver, bucket: Bucket) -> None:
    await make(driver)
    bucket.refuses = True
    await driver("sns", "CreateTopic", Name="one")
    await driver.advance(300)
    assert (await driver("cloudtrail", "GetTrailStatus", Name="main"))[
        "LatestDeliveryError"
    ] == "AccessDenied"


async def test_log_group_and_topic_are_told_too(driver: Driver) -> None:
    url = (await driver("sqs", "CreateQueue", QueueName="told"))["QueueUrl"]
    topic = (await driver("sns", "CreateTopic", Name="files"))["TopicArn"]
    await driver(
        "sns",
        "Subscribe",
        TopicArn=topic,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:us-east-1:000000000000:told",
        Attributes={"RawMessageDelivery": "true"},
    )
    await driver("logs", "CreateLogGroup", logGroupName="trail")
    await make(
        driver,
        SnsTopicName="files",
        CloudWatchLogsLogGroupArn="arn:aws:logs:us-east-1:000000000000:log-group:trail:*",
        CloudWatchLogsRoleArn="arn:aws:iam::000000000000:role/trail",
    )
    await driver("sns", "CreateTopic", Name="one")
    await driver.advance(300)
    (message,) = await received(driver, url)
    assert message["s3Bucket"] == "logs"
    lines = await driver(
        "logs",
        "GetLogEvents",
        logGroupName="trail",
        logStreamName="000000000000_CloudTrail_us-east-1",
        startFromHead=True,
    )
    assert "CreateTopic" in [orjson.loads(line["message"])["eventName"] for line in lines["events"]]


async def test_calls_that_change_something_are_events_while_a_trail_logs(driver: Driver) -> None:
    url = await watched(driver, {"detail-type": ["AWS API Call via CloudTrail"], "source": ["aws.sns"]})
    await driver("sns", "CreateTopic", Name="before")
    await make(driver)
    await driver("sns", "CreateTopic", Name="while")
    await driver("sns", "ListTopics")
    await driver("cloudtrail", "StopLogging", Name="main")
    await driver("sns", "CreateTopic", Name="after")
    (event,) = await received(driver, url)
    assert event["source"] == "aws.sns"
    assert event["detail"]["eventName"] == "CreateTopic"
    assert event["detail"]["requestParameters"] == {"name": "while"}


async def test_a_rule_for_calls_does_not_call_itself(driver: Driver) -> None:
    group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/calls"
    await driver("logs", "CreateLogGroup", logGroupName="/aws/events/calls")
    await driver(
        "events",
        "PutRule",
        Name="calls",
        EventPattern=orjson.dumps({"detail-type": ["AWS API Call via CloudTrail"]}).decode(),
    )
    await driver("events", "PutTargets", Rule="calls", Targets=[{"Id": "1", "Arn": group}])
    await make(driver)
    await driver("sns", "CreateTopic", Name="one")
    await driver.settle()
    lines = await driver("logs", "FilterLogEvents", logGroupName="/aws/events/calls")
    called = [orjson.loads(line["message"])["detail"]["eventName"] for line in lines["events"]]
    assert called == ["CreateTopic"]


@pytest.mark.parametrize(
    ("selectors", "wanted"),
    [
        ({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, {"CreateTopic"}),
        ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, {"ListTopics"}),
        (
            {
                "EventSelectors": [
                    {
                        "IncludeManagementEvents": False,
                        "DataResources": [{"Type": "AWS::DynamoDB::Table", "Values": ["arn:aws:dynamodb"]}],
                    }
                ]
            },
            set(),
        ),
        (
            {
                "AdvancedEventSelectors": [
                    {
                        "FieldSelectors": [
                            {"Field": "eventCategory", "Equals": ["Data"]},
                            {"Field": "resources.type", "Equals": ["AWS::SNS::Topic"]},
                            {"Field": "resources.ARN", "EndsWith": [":one"]},
                        ]
                    }
                ]
            },
            {"Publish"},
        ),
    ],
)
async def test_selectors_choose(
    driver: Driver, bucket: Bucket, selectors: dict[str, Any], wanted: set[str]
) -> None:
    await make(driver)
    put = await driver("cloudtrail", "PutEventSelectors", TrailName="main", **selectors)
    assert put["TrailARN"] == ARN
    await driver.advance(600)
    bucket.objects.clear()
    topic = (await driver("sns", "CreateTopic", Name="one"))["TopicArn"]
    await driver("sns", "ListTopics")
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.advance(600)
    found = {record["eventName"] for record in delivered(bucket)} & {"CreateTopic", "ListTopics", "Publish"}
    assert found == wanted


async def test_a_trail_for_all_regions_covers_them(driver: Driver, bucket: Bucket) -> None:
    await make(driver, IsMultiRegionTrail=True)
    await driver("sns", "CreateTopic", Name="west", region="us-west-2")
    await driver.advance(300)
    assert any("/us-west-2/" in key for key in bucket.objects)
    west = await driver("cloudtrail", "DescribeTrails", region="us-west-2")
    assert [trail["HomeRegion"] for trail in west["trailList"]] == ["us-east-1"]


@pytest.mark.parametrize(
    ("home", "settings", "told"),
    [
        ("us-east-1", {}, True),
        ("us-east-1", {"IncludeGlobalServiceEvents": False}, False),
        ("eu-west-1", {}, False),
        ("eu-west-1", {"IsMultiRegionTrail": True}, True),
    ],
)
async def test_calls_of_global_services(
    driver: Driver, bucket: Bucket, home: str, settings: dict[str, Any], told: bool
) -> None:
    await driver("cloudtrail", "CreateTrail", region=home, Name="main", S3BucketName="logs", **settings)
    await driver("cloudtrail", "StartLogging", region=home, Name="main")
    await driver("iam", "CreateUser", region=home, UserName="ada")
    await driver("sns", "CreateTopic", region=home, Name="one")
    await driver.advance(300)
    names = {record["eventName"]: record["awsRegion"] for record in delivered(bucket)}
    assert names["CreateTopic"] == home
    assert names.get("CreateUser") == ("us-east-1" if told else None)


async def test_a_trail_may_leave_its_own_deliveries_out(driver: Driver, bucket: Bucket) -> None:
    fields = {"eventCategory": "Data", "resources.type": "AWS::S3::Object"}
    selector = {"FieldSelectors": [{"Field": name, "Equals": [value]} for name, value in fields.items()]}
    await make(driver, RecursiveLogging=False)
    await driver("cloudtrail", "PutEventSelectors", TrailName="main", AdvancedEventSelectors=[selector])
    await driver("s3", "PutObject", Bucket="logs", Key="k", Body=b"x")
    await driver.advance(1_800)
    written = [
        record["requestParameters"]["key"]
        for record in delivered(bucket)
        if record["eventName"] == "PutObject"
    ]
    assert written == ["k"]


async def test_a_trail_of_another_region_is_named_by_its_arn(driver: Driver) -> None:
    await make(driver, IsMultiRegionTrail=True)
    there = {"region": "eu-west-1"}
    assert (await driver("cloudtrail", "GetTrailStatus", **there, Name=ARN))["IsLogging"] is True
    with pytest.raises(AwsError, match="TrailNotFoundException"):
        await driver("cloudtrail", "GetTrailStatus", **there, Name="main")
    assert (await driver("cloudtrail", "DescribeTrails", **there, trailNameList=["main"]))["trailList"] == []
    found = await driver("cloudtrail", "DescribeTrails", **there, trailNameList=[ARN])
    assert [each["Name"] for each in found["trailList"]] == ["main"]


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {"Name": "my--trail"},
            "InvalidTrailNameException",
            "Trail name cannot have adjacent periods (.), hyphens (-), or underscores (_).",
        ),
        (
            {"Name": "10.0.0.1"},
            "InvalidTrailNameException",
            "Trail name cannot be in the format of an IP address.",
        ),
        (
            {"Name": "a"},
            "InvalidTrailNameException",
            "Trail name too short. Minimum allowed length: 3 characters. "
            "Specified name length: 1 characters.",
        ),
        ({"Name": ".abc"}, "InvalidTrailNameException", "Trail name must starts with a letter or number."),
        ({"S3BucketName": "none"}, "S3BucketDoesNotExistException", "S3 bucket none does not exist!"),
        (
            {"SnsTopicName": "none"},
            "InsufficientSnsTopicPolicyException",
            "SNS Topic does not exist or the topic policy is incorrect!",
        ),
        (
            {"Name": "main"},
            "TrailAlreadyExistsException",
            "Trail main already exists for customer: 000000000000",
        ),
    ],
)
async def test_what_create_trail_refuses(
    driver: Driver, params: dict[str, Any], code: str, message: str
) -> None:
    await make(driver)
    with pytest.raises(AwsError) as refusal:
        await driver("cloudtrail", "CreateTrail", **{"Name": "other", "S3BucketName": "logs", **params})
    assert (refusal.value.code, refusal.value.message) == (code, message)


async def test_unknown_trails_and_foreign_regions(driver: Driver) -> None:
    await make(driver, IsMultiRegionTrail=True)
    with pytest.raises(AwsError, match="Unknown trail: none for the user: 000000000000"):
        await driver("cloudtrail", "GetTrail", Name="none")
    with pytest.raises(AwsError) as refusal:
        await driver("cloudtrail", "DeleteTrail", Name="main", region="us-west-2")
    assert refusal.value.code == "InvalidHomeRegionException"


async def test_update_keeps_what_it_is_not_given_and_delete_ends_it(driver: Driver) -> None:
    await make(driver, S3KeyPrefix="audit")
    updated = await driver("cloudtrail", "UpdateTrail", Name="main", IsMultiRegionTrail=True)
    assert (updated["S3KeyPrefix"], updated["IsMultiRegionTrail"]) == ("audit", True)
    assert "S3KeyPrefix" not in await driver("cloudtrail", "UpdateTrail", Name="main", S3KeyPrefix="")
    await driver("cloudtrail", "DeleteTrail", Name="main")
    assert (await driver("cloudtrail", "ListTrails"))["Trails"] == []


async def test_tags(driver: Driver) -> None:
    await make(driver, TagsList=[{"Key": "a", "Value": "1"}])
    await driver("cloudtrail", "AddTags", ResourceId=ARN, TagsList=[{"Key": "b", "Value": "2"}])
    await driver("cloudtrail", "RemoveTags", ResourceId=ARN, TagsList=[{"Key": "a"}])
    listed = await driver("cloudtrail", "ListTags", ResourceIdList=[ARN])
    assert listed["ResourceTagList"] == [{"ResourceId": ARN, "TagsList": [{"Key": "b", "Value": "2"}]}]
