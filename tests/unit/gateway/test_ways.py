"""What is told of an event's way, and why a rule did or did not match it."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from tests.conftest import Driver

from windsock.gateway import ways
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope

SCOPE = Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
PATTERN = json.dumps({"source": ["door"], "detail": {"size": [{"numeric": [">", 10]}]}})
ABSENT = SCOPE.arn("sqs", "absent")


async def rule(driver: Driver, name: str, *targets: str, pattern: str = PATTERN) -> None:
    await driver("events", "PutRule", Name=name, EventPattern=pattern)
    entries = [{"Id": str(n), "Arn": arn} for n, arn in enumerate(targets)]
    if entries:
        await driver("events", "PutTargets", Rule=name, Targets=entries)


async def put(driver: Driver, size: int) -> str:
    """Put an event and let it go its way; its id."""
    entry = {"Source": "door", "DetailType": "opened", "Detail": json.dumps({"size": size})}
    answer = await driver("events", "PutEvents", Entries=[entry])
    await driver.settle()
    return str(answer["Entries"][0]["EventId"])


def way(driver: Driver, event_id: str) -> dict[str, Any]:
    """The one way of an event, as it goes over the wire."""
    (found,) = ways.way_of(driver.engine, SCOPE, event_id)
    told: dict[str, Any] = orjson.loads(orjson.dumps(found))
    return told


async def test_an_event_that_nothing_matched(driver: Driver) -> None:
    event_id = await put(driver, 50)
    told = way(driver, event_id)
    assert told["event"]["detail"] == {"size": 50}
    assert told["event"]["id"] == told["id"] == event_id
    assert (told["bus"], told["cause"], told["matched"], told["deliveries"]) == ("default", "", [], [])
    assert told["accepted"] == "2017-01-02T00:00:00+00:00"


async def test_a_delivery_through_a_topic_leads_to_the_queues_behind_it(driver: Driver) -> None:
    topic = (await driver("sns", "CreateTopic", Name="news"))["TopicArn"]
    await driver("sqs", "CreateQueue", QueueName="reader")
    await driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=SCOPE.arn("sqs", "reader"))
    await rule(driver, "large", topic)
    await rule(driver, "small", pattern='{"source": ["other"]}')
    told = way(driver, await put(driver, 50))
    large = SCOPE.arn("events", "rule/large")
    assert told["matched"] == [large]
    (delivery,) = told["deliveries"]
    assert (delivery["rule"], delivery["target"], delivery["state"]) == (large, topic, "done")
    assert (delivery["attempts"], delivery["failures"], delivery["next"]) == (1, [], None)
    fan_out = _flat(delivery["led_to"])
    assert [each["target"] for each in fan_out] == ["sqs " + SCOPE.arn("sqs", "reader")]
    assert {each["state"] for each in fan_out} == {"done"}


async def test_an_event_is_followed_to_another_account(driver: Driver) -> None:
    there = Scope("111122223333", "eu-west-1")
    home = {"account": there.account, "region": there.region}
    await driver("events", "CreateEventBus", Name="theirs", **home)
    await driver(
        "events",
        "PutPermission",
        EventBusName="theirs",
        Action="events:PutEvents",
        Principal=DEFAULT_ACCOUNT,
        StatementId="1",
        **home,
    )
    await driver("sqs", "CreateQueue", QueueName="q", **home)
    await driver("events", "PutRule", Name="onward", EventPattern=PATTERN, EventBusName="theirs", **home)
    queue = there.arn("sqs", "q")
    await driver(
        "events",
        "PutTargets",
        Rule="onward",
        EventBusName="theirs",
        Targets=[{"Id": "1", "Arn": queue}],
        **home,
    )
    await rule(driver, "away", there.arn("events", "event-bus/theirs"))
    event_id = await put(driver, 50)
    (delivery,) = way(driver, event_id)["deliveries"]
    (told,) = delivery["forwarded"]
    assert (told["id"], told["bus"], told["account"], told["region"]) == (event_id, "theirs", *there)
    assert [(each["target"], each["state"]) for each in told["deliveries"]] == [(queue, "done")]
    assert told["deliveries"][0]["forwarded"] == []


async def test_a_topic_of_another_account_is_followed(driver: Driver) -> None:
    there = Scope("111122223333", DEFAULT_REGION)
    topic = (await driver("sns", "CreateTopic", Name="news", account=there.account))["TopicArn"]
    await driver("sqs", "CreateQueue", QueueName="q", account=there.account)
    queue = there.arn("sqs", "q")
    await driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue, account=there.account)
    await rule(driver, "away", topic)
    (delivery,) = way(driver, await put(driver, 50))["deliveries"]
    assert [each["target"] for each in _flat(delivery["led_to"])] == [f"sqs {queue}"]


async def test_a_delivery_that_failed_for_good_says_why(driver: Driver) -> None:
    await rule(driver, "lost", ABSENT)
    (delivery,) = way(driver, await put(driver, 50))["deliveries"]
    assert (delivery["target"], delivery["state"], delivery["next"]) == (ABSENT, "dead", None)
    (failure,) = delivery["failures"]
    assert failure["at"] == "2017-01-02T00:00:00+00:00"
    assert "NonExistentQueue" in failure["error"] or "does not exist" in failure["error"]


async def test_the_newest_come_first(driver: Driver) -> None:
    events = [await put(driver, n) for n in range(3)]
    assert [each["id"] for each in ways.latest(driver.engine, SCOPE, 2)] == [events[2], events[1]]


class TestWhy:
    async def test_a_match(self, driver: Driver) -> None:
        await rule(driver, "large")
        told = ways.why(driver.engine, SCOPE, await put(driver, 50), "large", "default")
        assert told["matched"] is True
        assert (told["rule"], told["bus"]) == ("large", "default")

    async def test_no_match_names_the_field(self, driver: Driver) -> None:
        await rule(driver, "large")
        told = ways.why(driver.engine, SCOPE, await put(driver, 5), "large", "default")
        assert told["matched"] is False
        assert "detail.size" in told["text"]

    async def test_what_is_not_there(self, driver: Driver) -> None:
        event_id = await put(driver, 5)
        with pytest.raises(AwsError, match="There is no rule absent with a pattern on the bus default"):
            ways.why(driver.engine, SCOPE, event_id, "absent", "default")
        with pytest.raises(AwsError, match="The journal has no event nothing"):
            ways.why(driver.engine, SCOPE, "nothing", "absent", "default")


def _flat(deliveries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deliveries with all they led to."""
    return [each for delivery in deliveries for each in (delivery, *_flat(delivery["led_to"]))]
