"""What is written down of calls, and how it is found again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from tests.conftest import START_MS, Driver

from windsock.engine.calls import Caller
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope

DAY = 86_400


async def lookup(driver: Driver, *, region: str = "us-east-1", **attribute: str) -> list[dict[str, Any]]:
    attributes = [{"AttributeKey": key, "AttributeValue": value} for key, value in attribute.items()]
    answer = await driver("cloudtrail", "LookupEvents", region=region, LookupAttributes=attributes)
    events: list[dict[str, Any]] = answer["Events"]
    return events


async def names(driver: Driver, **attribute: str) -> list[str]:
    return [event["EventName"] for event in await lookup(driver, **attribute)]


async def test_a_call_is_found_with_all_that_cloudtrail_tells(driver: Driver) -> None:
    await driver("sns", "CreateTopic", Name="alerts")
    (event,) = await lookup(driver, EventName="CreateTopic")
    told = orjson.loads(event["CloudTrailEvent"])
    assert event["EventSource"] == "sns.amazonaws.com"
    assert event["Username"] == "root"
    assert event["ReadOnly"] == "false"
    assert event["EventTime"] == to_datetime(START_MS)
    assert event["Resources"] == [
        {"ResourceType": "AWS::SNS::Topic", "ResourceName": "arn:aws:sns:us-east-1:000000000000:alerts"}
    ]
    assert told["eventID"] == event["EventId"]
    assert told["userIdentity"] == {
        "type": "Root",
        "principalId": "000000000000",
        "arn": "arn:aws:iam::000000000000:root",
        "accountId": "000000000000",
    }
    assert told["requestParameters"] == {"name": "alerts"}
    assert told["responseElements"] == {"topicArn": "arn:aws:sns:us-east-1:000000000000:alerts"}
    assert told["eventTime"] == "2017-01-02T00:00:00Z"
    assert told["managementEvent"] is True


async def test_a_refused_call_tells_its_error(driver: Driver) -> None:
    with pytest.raises(AwsError):
        await driver("events", "DescribeRule", Name="nothing")
    (event,) = await lookup(driver, EventName="DescribeRule")
    told = orjson.loads(event["CloudTrailEvent"])
    assert told["errorCode"] == "ResourceNotFoundException"
    assert told["errorMessage"] == "Rule nothing does not exist on EventBus default."
    assert told["responseElements"] is None


async def test_calls_on_what_is_inside_a_resource_are_not_in_the_history(driver: Driver) -> None:
    url = (await driver("sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
    await driver("sqs", "SendMessage", QueueUrl=url, MessageBody="m")
    await driver("events", "PutEvents", Entries=[{"Source": "s", "DetailType": "d", "Detail": "{}"}])
    assert await names(driver) == ["CreateQueue"]


async def test_each_attribute_finds(driver: Driver) -> None:
    await driver("sns", "CreateTopic", Name="one")
    await driver("sns", "ListTopics")
    await driver("logs", "CreateLogGroup", logGroupName="/g")
    event_id = (await lookup(driver, EventName="ListTopics"))[0]["EventId"]
    assert await names(driver, EventId=event_id) == ["ListTopics"]
    assert await names(driver, EventSource="logs.amazonaws.com") == ["CreateLogGroup"]
    assert await names(driver, ResourceName="/g") == ["CreateLogGroup"]
    assert await names(driver, ResourceType="AWS::SNS::Topic") == ["CreateTopic"]
    assert "CreateTopic" not in await names(driver, ReadOnly="true")
    assert "ListTopics" in await names(driver, Username="root")
    assert await names(driver, AccessKeyId="AKIANOBODY") == []


async def test_regions_and_accounts_see_their_own(driver: Driver) -> None:
    await driver("sns", "CreateTopic", Name="west", region="us-west-2")
    await driver("sns", "CreateTopic", Name="theirs", account="111111111111")
    assert await names(driver) == []
    assert [event["EventName"] for event in await lookup(driver, region="us-west-2")] == ["CreateTopic"]


async def test_pages_go_back_in_time(driver: Driver) -> None:
    for number in range(5):
        await driver("sns", "CreateTopic", Name=f"t{number}")
    seen: list[str] = []
    token: dict[str, str] = {}
    for size in (2, 2, 1):
        answer = await driver(
            "cloudtrail",
            "LookupEvents",
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateTopic"}],
            MaxResults=2,
            **token,
        )
        assert len(answer["Events"]) == size
        seen += [
            orjson.loads(event["CloudTrailEvent"])["requestParameters"]["name"] for event in answer["Events"]
        ]
        token = {"NextToken": answer["NextToken"]} if "NextToken" in answer else {}
    assert seen == ["t4", "t3", "t2", "t1", "t0"]
    assert token == {}


async def test_the_range_of_time_bounds(driver: Driver) -> None:
    await driver("sns", "CreateTopic", Name="early")
    await driver.advance(3600)
    await driver("sns", "CreateTopic", Name="late")
    hour = to_datetime(START_MS) + timedelta(minutes=30)
    late = await driver("cloudtrail", "LookupEvents", StartTime=hour)
    early = await driver("cloudtrail", "LookupEvents", EndTime=hour)
    assert [event["Resources"][0]["ResourceName"][-4:] for event in late["Events"] if event["Resources"]] == [
        "late"
    ]
    assert [event["EventName"] for event in early["Events"]] == ["CreateTopic"]


async def test_history_is_kept_for_ninety_days(driver: Driver) -> None:
    await driver("sns", "CreateTopic", Name="old")
    await lookup(driver)
    await driver.advance(89 * DAY)
    assert "CreateTopic" in await names(driver)
    await driver.advance(2 * DAY)
    assert await names(driver, EventName="CreateTopic") == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"MaxResults": 0}, "InvalidMaxResultsException"),
        ({"NextToken": "none of ours"}, "InvalidNextTokenException"),
        (
            {"StartTime": to_datetime(START_MS), "EndTime": to_datetime(START_MS - 1000)},
            "InvalidTimeRangeException",
        ),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name} for name in "ab"]},
            "InvalidLookupAttributesException",
        ),
    ],
)
async def test_what_lookup_refuses(driver: Driver, params: dict[str, Any], code: str) -> None:
    with pytest.raises(AwsError) as refusal:
        await driver("cloudtrail", "LookupEvents", **params)
    assert refusal.value.code in (code, "ValidationException")


@pytest.mark.parametrize(
    ("caller", "identity", "username"),
    [
        (
            Caller("account", "000000000000", "arn:aws:iam::000000000000:user/team/ann", access_key="AKIAX"),
            {
                "type": "IAMUser",
                "arn": "arn:aws:iam::000000000000:user/team/ann",
                "userName": "ann",
                "accessKeyId": "AKIAX",
            },
            "ann",
        ),
        (
            Caller("account", "000000000000", "arn:aws:sts::000000000000:assumed-role/Admin/session-1"),
            {"type": "AssumedRole"},
            "session-1",
        ),
        (
            Caller.role("arn:aws:iam::000000000000:role/path/Rule", "000000000000", "events.amazonaws.com"),
            {"type": "AssumedRole", "invokedBy": "events.amazonaws.com"},
            "Rule",
        ),
        (
            Caller.service("events.amazonaws.com", "000000000000"),
            {"type": "AWSService", "invokedBy": "events.amazonaws.com"},
            None,
        ),
    ],
)
async def test_who_called(
    driver: Driver, caller: Caller, identity: dict[str, Any], username: str | None
) -> None:
    scope = Scope("000000000000", "us-east-1")
    await driver.engine.call("sns", "CreateTopic", {"Name": "t"}, caller=caller, scope=scope)
    (event,) = await lookup(driver, EventName="CreateTopic")
    told = orjson.loads(event["CloudTrailEvent"])["userIdentity"]
    assert identity.items() <= told.items()
    assert event.get("Username") == username


async def test_secrets_are_hidden_and_code_is_left_out(driver: Driver) -> None:
    await driver(
        "events",
        "CreateConnection",
        Name="c",
        AuthorizationType="BASIC",
        AuthParameters={"BasicAuthParameters": {"Username": "u", "Password": "correct horse"}},
    )
    (event,) = await lookup(driver, EventName="CreateConnection")
    assert "correct horse" not in event["CloudTrailEvent"]
    assert "HIDDEN_DUE_TO_SECURITY_REASONS" in event["CloudTrailEvent"]
