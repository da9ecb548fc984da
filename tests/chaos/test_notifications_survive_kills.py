"""Messages that Publish answered reach every subscriber: queues once each, web servers at least once."""

from __future__ import annotations

import itertools
import json
import random

from tests.chaos.load import Job, Tally, kill_often, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_each_once
from tests.chaos.receiver import Receiver, receiver
from tests.chaos.wire import Wire

ACCOUNT = "333333333333"
CLIENTS = 4

# A try a second for as long as a subscriber is out of order.
PATIENT = {
    "healthyRetryPolicy": {
        "numRetries": 90, "numNoDelayRetries": 0, "numMinDelayRetries": 90, "numMaxDelayRetries": 0,
        "minDelayTarget": 1, "maxDelayTarget": 1,
    }
}  # fmt: skip


def test_notifications_to_queues_and_web_servers(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    published: set[str] = set()
    tally = Tally()
    with receiver() as web:
        with mortal.wire(ACCOUNT) as wire:
            topic = _topic(wire, "standard", web)
            queue = make_queue(wire, "standard")
            wire.sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue)
        with load(mortal, ACCOUNT, [_publishing(topic, published, tally)] * CLIENTS):
            kill_often(mortal, tally, rounds, chance)

        with mortal.wire(ACCOUNT) as wire:
            found = [each["MessageId"] for each in bodies(drain(mortal, wire, "standard"))]
        require_each_once(found, published, "queue")
        web.wait_for(published)


def test_notifications_in_order(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    published: list[list[int]] = [[] for _ in range(CLIENTS)]
    tally = Tally()

    def publishing(group: int) -> Job:
        numbers = itertools.count()

        def publish(wire: Wire) -> None:
            number = next(numbers)
            wire.sns(
                "Publish",
                TopicArn=topic,
                Message=json.dumps({"group": group, "number": number}),
                MessageGroupId=str(group),
                MessageDeduplicationId=f"{group}-{number}",
            )
            published[group].append(number)
            tally.add()

        return publish

    with mortal.wire(ACCOUNT) as wire:
        fifo = {"Attributes__entry__1__key": "FifoTopic", "Attributes__entry__1__value": "true"}
        topic = wire.sns("CreateTopic", Name="ordered.fifo", **fifo)["TopicArn"]
        raw = {"Attributes__entry__1__key": "RawMessageDelivery", "Attributes__entry__1__value": "true"}
        queue = make_queue(wire, "ordered.fifo")
        wire.sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue, **raw)
    with load(mortal, ACCOUNT, [publishing(group) for group in range(CLIENTS)]):
        kill_often(mortal, tally, rounds, chance)

    with mortal.wire(ACCOUNT) as wire:
        found = bodies(drain(mortal, wire, "ordered.fifo"))
    for group, numbers in enumerate(published):
        came = [each["number"] for each in found if each["group"] == group]
        require_each_once(came, set(numbers), f"group {group}")
        assert came == sorted(came), f"group {group} is out of order"


def test_retries_go_on_after_kills(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    published: set[str] = set()
    tally = Tally()
    with receiver() as web:
        with mortal.wire(ACCOUNT) as wire:
            topic = _topic(wire, "retried", web)
        web.out_of_order = True
        with load(mortal, ACCOUNT, [_publishing(topic, published, tally)] * CLIENTS):
            tally.wait_for_more(chance.randint(100, 200))
        kill_often(mortal, web.refused, rounds, chance, most=400)
        assert not web.got

        web.out_of_order = False
        web.wait_for(published)


def _topic(wire: Wire, name: str, web: Receiver) -> str:
    """A new topic that a web server subscribes to."""
    topic = wire.sns("CreateTopic", Name=name)["TopicArn"]
    policy = {
        "Attributes__entry__1__key": "DeliveryPolicy",
        "Attributes__entry__1__value": json.dumps(PATIENT),
    }
    wire.sns("Subscribe", TopicArn=topic, Protocol="http", Endpoint=web.url, **policy)
    web.wait_until_confirmed()
    return topic


def _publishing(topic: str, published: set[str], tally: Tally) -> Job:
    def publish(wire: Wire) -> None:
        published.add(wire.sns("Publish", TopicArn=topic, Message="tick")["MessageId"])
        tally.add()

    return publish
