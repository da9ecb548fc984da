"""HTTP subscribers: the handshake, headers, retries, raw delivery, the way out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import (
    CONFIRMATION,
    NOTIFICATION,
    QUEUE_ARN,
    SCOPE,
    SIGNED,
    bodies,
    is_signed,
    make_queue,
    make_topic,
    subscribe,
)

from windsock.services.sns import signing_certificate


class Receiver:
    """A web server that keeps what it is sent and answers as it is told: `statuses`, then 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.times: list[int] = []
        self.statuses: list[int] = []
        self.url = ""
        self.now: Any = None

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.text()))
        self.times.append(self.now() // 1000)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def receiver(driver: Driver) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/in", receiver.answer)
    async with TestServer(application) as server:
        receiver.url = str(server.make_url("/in"))
        receiver.now = driver.clock.now_ms
        yield receiver


async def confirmed(driver: Driver, receiver: Receiver, topic: str, **attributes: str) -> str:
    """A confirmed subscription of the receiver; its ARN. The handshake is not kept."""
    subscription = await subscribe(driver, topic, "http", receiver.url, **attributes)
    await driver.settle()
    token = json.loads(receiver.requests.pop()[1])["Token"]
    receiver.times.clear()
    await driver("sns", "ConfirmSubscription", TopicArn=topic, Token=token)
    return subscription


async def test_the_handshake(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    answer = await driver("sns", "Subscribe", TopicArn=topic, Protocol="http", Endpoint=receiver.url)
    assert answer == {"SubscriptionArn": "pending confirmation"}
    await driver.settle()
    [(headers, body)] = receiver.requests
    fields = json.loads(body)
    assert list(fields) == [
        "Type", "MessageId", "Token", "TopicArn", "Message", "SubscribeURL", "Timestamp", "SignatureVersion",
        "Signature", "SigningCertURL",
    ]  # fmt: skip
    assert headers["x-amz-sns-message-type"] == fields["Type"] == "SubscriptionConfirmation"
    assert headers["x-amz-sns-message-id"] == fields["MessageId"]
    assert headers["x-amz-sns-topic-arn"] == topic
    assert headers["User-Agent"] == "Amazon Simple Notification Service Agent"
    assert headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert is_signed(fields, CONFIRMATION, await signing_certificate(driver.engine))

    url = urlsplit(fields["SubscribeURL"])
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (url.scheme, url.netloc, url.path) == ("http", "localhost:4566", "/")
    assert query.pop("Action") == "ConfirmSubscription"
    await driver("sns", "Publish", TopicArn=topic, Message="too early")
    arn = (await driver("sns", "ConfirmSubscription", **query))["SubscriptionArn"]
    assert await driver("sns", "ConfirmSubscription", **query) == {"SubscriptionArn": arn}
    published = await driver("sns", "Publish", TopicArn=topic, Message="now")
    await driver.settle()
    headers, body = receiver.requests[1]
    fields = json.loads(body)
    assert len(receiver.requests) == 2
    assert fields["Message"] == "now"
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["x-amz-sns-message-id"] == fields["MessageId"] == published["MessageId"]
    assert headers["x-amz-sns-subscription-arn"] == arn
    assert is_signed(fields, NOTIFICATION, await signing_certificate(driver.engine))


async def test_subscribing_again_asks_again(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    first = await subscribe(driver, topic, "http", receiver.url)
    assert await subscribe(driver, topic, "http", receiver.url) == first
    await driver.settle()
    assert len(receiver.requests) == 2


async def test_who_does_not_confirm_in_two_days_is_forgotten(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    await subscribe(driver, topic, "http", receiver.url)
    await driver.advance(48 * 3600 - 1)
    listed = await driver("sns", "ListSubscriptionsByTopic", TopicArn=topic)
    assert [each["SubscriptionArn"] for each in listed["Subscriptions"]] == ["PendingConfirmation"]
    await driver.advance(1)
    assert (await driver("sns", "ListSubscriptionsByTopic", TopicArn=topic))["Subscriptions"] == []


async def test_a_server_error_is_retried_three_times_twenty_seconds_apart(
    driver: Driver, receiver: Receiver
) -> None:
    topic = await make_topic(driver)
    await confirmed(driver, receiver, topic)
    receiver.statuses = [500, 503, 429]
    start = driver.clock.now_ms() // 1000
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.advance(120)
    assert [at - start for at in receiver.times] == [0, 20, 40, 60]


async def test_after_the_last_retry_the_dead_letter_queue_has_it(driver: Driver, receiver: Receiver) -> None:
    topic, dead = await make_topic(driver), await make_queue(driver, "dead")
    await confirmed(
        driver, receiver, topic, RedrivePolicy=json.dumps({"deadLetterTargetArn": QUEUE_ARN + "dead"})
    )
    receiver.statuses = [500] * 4
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.advance(59)
    assert await bodies(driver, dead) == []
    await driver.advance(1)
    [body] = await bodies(driver, dead)
    assert json.loads(body)["Message"] == "m"
    assert len(receiver.requests) == 4


async def test_a_client_error_is_not_retried(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    await confirmed(driver, receiver, topic)
    receiver.statuses = [404]
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.advance(3600)
    assert len(receiver.requests) == 1


async def test_the_subscription_has_a_delivery_policy_of_its_own(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    policy = {
        "healthyRetryPolicy": {
            "minDelayTarget": 1, "maxDelayTarget": 7, "numRetries": 6, "numNoDelayRetries": 1,
            "numMinDelayRetries": 1, "numMaxDelayRetries": 1, "backoffFunction": "linear",
        },
        "requestPolicy": {"headerContentType": "application/json"},
    }  # fmt: skip
    await confirmed(driver, receiver, topic, DeliveryPolicy=json.dumps(policy))
    receiver.statuses = [500] * 7
    start = driver.clock.now_ms() // 1000
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.advance(300)
    assert [at - start for at in receiver.times] == [0, 0, 1, 2, 6, 13, 20]
    assert receiver.requests[0][0]["Content-Type"] == "application/json"


async def test_raw_delivery(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    await confirmed(driver, receiver, topic, RawMessageDelivery="true")
    await driver("sns", "Publish", TopicArn=topic, Message="nothing around it")
    await driver.settle()
    [(headers, body)] = receiver.requests
    assert body == "nothing around it"
    assert headers["x-amz-sns-rawdelivery"] == "true"


async def test_the_link_ends_a_subscription_and_another_takes_it_up_again(
    driver: Driver, receiver: Receiver
) -> None:
    topic = await make_topic(driver)
    subscription = await confirmed(driver, receiver, topic)
    await driver("sns", "Unsubscribe", SubscriptionArn=subscription)
    await driver.settle()
    headers, body = receiver.requests.pop()
    fields = json.loads(body)
    assert headers["x-amz-sns-message-type"] == fields["Type"] == "UnsubscribeConfirmation"
    assert fields["Message"].startswith(f"You have chosen to deactivate subscription {subscription}.\n")
    assert is_signed(fields, CONFIRMATION, await signing_certificate(driver.engine))
    await driver("sns", "Publish", TopicArn=topic, Message="not for them")
    attributes = (await driver("sns", "GetTopicAttributes", TopicArn=topic))["Attributes"]
    assert (attributes["SubscriptionsConfirmed"], attributes["SubscriptionsDeleted"]) == ("0", "1")
    await driver("sns", "ConfirmSubscription", TopicArn=topic, Token=fields["Token"])
    await driver("sns", "Publish", TopicArn=topic, Message="again")
    await driver.settle()
    assert [json.loads(body)["Message"] for _, body in receiver.requests] == ["again"]


async def test_the_owner_ends_a_subscription_without_a_message(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    subscription = await confirmed(driver, receiver, topic)
    await driver.engine.call(
        "sns", "Unsubscribe", {"SubscriptionArn": subscription}, caller=SIGNED, scope=SCOPE
    )
    await driver.settle()
    assert receiver.requests == []
    assert (await driver("sns", "ListSubscriptions"))["Subscriptions"] == []


async def test_a_subscription_can_be_kept_from_being_ended_by_the_link(
    driver: Driver, receiver: Receiver
) -> None:
    topic = await make_topic(driver)
    subscription = await subscribe(driver, topic, "http", receiver.url)
    await driver.settle()
    token = json.loads(receiver.requests.pop()[1])["Token"]
    await driver("sns", "ConfirmSubscription", TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true")
    with pytest.raises(Exception, match="AuthorizationError"):
        await driver("sns", "Unsubscribe", SubscriptionArn=subscription)
    await driver.engine.call(
        "sns", "Unsubscribe", {"SubscriptionArn": subscription}, caller=SIGNED, scope=SCOPE
    )
    assert (await driver("sns", "ListSubscriptions"))["Subscriptions"] == []


async def test_a_throttled_subscriber_is_sent_so_many_a_second(driver: Driver, receiver: Receiver) -> None:
    topic = await make_topic(driver)
    policy = json.dumps({"throttlePolicy": {"maxReceivesPerSecond": 2}})
    await confirmed(driver, receiver, topic, DeliveryPolicy=policy)
    for number in range(5):
        await driver("sns", "Publish", TopicArn=topic, Message=str(number))
    await driver.settle()
    assert len(receiver.requests) == 1
    start = driver.clock.now_ms() // 1000
    await driver.advance(10)
    assert [at - start for at in receiver.times] == [0, 0, 1, 1, 2]
