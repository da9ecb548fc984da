"""Health's events: put in by an operator, read through Health's API, announced on the bus."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.conftest import START_MS, Driver

from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError

# The sanitised ARN of the seed is none that Health's own API would take.
SEED_ARN = "arn:aws:health:us-east-1::event/AWS_RISK_CREDENTIALS_EXPOSED_XXXXXXXXXXXXXXXXX"
ARN = "arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/AWS_RISK_CREDENTIALS_EXPOSED_X"
# The exposed key's event of the seed (ACCEPTANCE, S9), as EventBridge delivers it.
EXPOSED: dict[str, Any] = {
    "version": "0",
    "id": "121345678-1234-1234-1234-123456789012",
    "detail-type": "AWS Health Event",
    "source": "aws.health",
    "account": "123456789012",
    "time": "2016-06-05T06:27:57Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {
        "eventArn": SEED_ARN,
        "service": "RISK",
        "eventTypeCode": "AWS_RISK_CREDENTIALS_EXPOSED",
        "eventTypeCategory": "issue",
        "startTime": "Sat, 05 Jun 2016 15:10:09 GMT",
        "eventDescription": [
            {"language": "en_US", "latestDescription": "A description of the event is provided here"}
        ],
        "affectedEntities": [{"entityValue": "ACCESS_KEY_ID_HERE"}],
    },
}
ENTITY_ARN = ARN.replace("::event/", ":000000000000:entity/") + "/ACCESS_KEY_ID_HERE"


def changed(**detail: Any) -> dict[str, Any]:
    return {**EXPOSED, "detail": {**EXPOSED["detail"], **detail}}


async def put(driver: Driver, event: dict[str, Any] | None = None) -> str:
    event = changed(eventArn=ARN) if event is None else event
    return str((await driver("health", "PutHealthEvent", Event=event))["eventArn"])


async def test_a_rule_for_health_receives_it(driver: Driver) -> None:
    url = (await driver("sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
    pattern = {
        "source": ["aws.health"],
        "detail-type": ["AWS Health Event"],
        "detail": {"service": ["RISK"], "eventTypeCode": ["AWS_RISK_CREDENTIALS_EXPOSED"]},
    }
    await driver("events", "PutRule", Name="exposed", EventPattern=orjson.dumps(pattern).decode())
    target = {"Id": "q", "Arn": "arn:aws:sqs:us-east-1:000000000000:q"}
    await driver("events", "PutTargets", Rule="exposed", Targets=[target])
    assert await put(driver, EXPOSED) == SEED_ARN
    await driver.settle()
    (message,) = (await driver("sqs", "ReceiveMessage", QueueUrl=url))["Messages"]
    event = orjson.loads(message["Body"])
    assert event["detail"] == EXPOSED["detail"]
    assert event["account"] == "000000000000"
    assert event["time"] == "2017-01-02T00:00:00Z"


async def test_the_api_tells_of_it(driver: Driver) -> None:
    await put(driver)
    (event,) = (await driver("health", "DescribeEvents"))["events"]
    assert event == {
        "arn": ARN,
        "service": "RISK",
        "eventTypeCode": "AWS_RISK_CREDENTIALS_EXPOSED",
        "eventTypeCategory": "issue",
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "region": "us-east-1",
        "startTime": to_datetime(1_465_139_409_000),
        "lastUpdatedTime": to_datetime(START_MS),
        "statusCode": "open",
    }
    details = await driver("health", "DescribeEventDetails", eventArns=[ARN, ARN + "Y"])
    (told,) = details["successfulSet"]
    assert told["eventDescription"] == {"latestDescription": "A description of the event is provided here"}
    assert [failed["eventArn"] for failed in details["failedSet"]] == [ARN + "Y"]
    entities = await driver("health", "DescribeAffectedEntities", filter={"eventArns": [ARN]})
    (entity,) = entities["entities"]
    assert (entity["entityValue"], entity["statusCode"]) == ("ACCESS_KEY_ID_HERE", "UNKNOWN")
    assert entity["entityArn"] == ENTITY_ARN
    assert (await driver("health", "DescribeEntityAggregates"))["entityAggregates"] == [
        {"eventArn": ARN, "count": 1}
    ]
    assert (await driver("health", "DescribeEventAggregates", aggregateField="eventTypeCategory"))[
        "eventAggregates"
    ] == [{"aggregateValue": "issue", "count": 1}]
    assert (await driver("health", "DescribeEventTypes"))["eventTypes"] == [
        {"code": "AWS_RISK_CREDENTIALS_EXPOSED", "service": "RISK", "category": "issue"}
    ]


async def test_putting_it_again_is_an_update(driver: Driver) -> None:
    await put(driver)
    await driver.advance(60)
    await put(driver, changed(eventArn=ARN, endTime="2017-01-01T00:00:00Z", affectedEntities=[]))
    (event,) = (await driver("health", "DescribeEvents"))["events"]
    assert event["statusCode"] == "closed"
    assert event["lastUpdatedTime"] == to_datetime(START_MS + 60_000)
    entities = await driver("health", "DescribeAffectedEntities", filter={"eventArns": [ARN]})
    assert entities["entities"] == []


async def test_an_event_without_an_arn_gets_one(driver: Driver) -> None:
    detail = {key: value for key, value in EXPOSED["detail"].items() if key != "eventArn"}
    arn = await put(driver, {"detail": detail})
    assert arn.startswith("arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/")


async def test_health_is_the_accounts_in_all_regions(driver: Driver) -> None:
    await put(driver)
    assert len((await driver("health", "DescribeEvents", region="eu-west-1"))["events"]) == 1
    assert (await driver("health", "DescribeEvents", account="111111111111"))["events"] == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"services": ["RISK"]}, True),
        ({"services": ["EC2"]}, False),
        ({"eventTypeCategories": ["issue"], "eventStatusCodes": ["open"]}, True),
        ({"eventTypeCategories": ["issue"], "eventStatusCodes": ["closed"]}, False),
        ({"entityValues": ["ACCESS_KEY_ID_HERE"]}, True),
        ({"entityValues": ["another"]}, False),
        ({"entityArns": [ENTITY_ARN]}, True),
        ({"entityArns": [ENTITY_ARN + "x"]}, False),
        ({"startTimes": [{"from": to_datetime(0), "to": to_datetime(START_MS)}]}, True),
        ({"startTimes": [{"from": to_datetime(START_MS)}]}, False),
        ({"endTimes": [{"from": to_datetime(0)}]}, False),
        ({"regions": ["us-east-1"]}, True),
    ],
)
async def test_filters(driver: Driver, wanted: dict[str, Any], found: bool) -> None:
    await put(driver)
    assert bool((await driver("health", "DescribeEvents", filter=wanted))["events"]) is found


async def test_pages(driver: Driver) -> None:
    for number in range(25):
        await put(driver, changed(eventArn=f"{ARN}{number:02}"))
    seen: list[str] = []
    token: dict[str, Any] = {}
    while True:
        answer = await driver("health", "DescribeEvents", maxResults=10, **token)
        seen += [event["arn"] for event in answer["events"]]
        if "nextToken" not in answer:
            break
        token = {"nextToken": answer["nextToken"]}
    assert sorted(seen) == [f"{ARN}{number:02}" for number in range(25)]
    with pytest.raises(AwsError) as refusal:
        await driver("health", "DescribeEvents", nextToken="none_of_ours")
    assert refusal.value.code == "InvalidPaginationToken"


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({}, "The event has no detail."),
        ({**EXPOSED, "source": "aws.ec2"}, "aws.health"),
        ({**EXPOSED, "detail-type": "Other"}, "AWS Health Abuse Event"),
        (changed(service=None), "The detail has no service."),
        (changed(eventTypeCategory="problem"), "eventTypeCategory is one of issue"),
        (changed(startTime="yesterday"), "startTime is no instant: 'yesterday'"),
        ({**EXPOSED, "resources": "one"}, "resources must be a list of texts."),
        (changed(eventDescription="text"), "eventDescription must be a list of objects."),
        (changed(affectedEntities=["key"]), "affectedEntities must be a list of objects."),
    ],
)
async def test_what_cannot_be_put_in(driver: Driver, event: dict[str, Any], says: str) -> None:
    with pytest.raises(AwsError, match=says):
        await put(driver, event)
    assert (await driver("health", "DescribeEvents"))["events"] == []
