"""Messages that SQS accepted are there, FIFO ones in order; those whose deletion it answered are not."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

from tests.chaos.load import Job, Tally, kill_often, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_all, require_each_once, url_of
from tests.chaos.wire import Wire

ACCOUNT = "222222222222"
CLIENTS = 6


def test_messages_in_a_standard_queue(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    sent: set[str] = set()
    received: list[str] = []
    deleted: set[str] = set()
    tally = Tally()

    def consume(wire: Wire) -> None:
        queue = url_of(wire, "standard")
        answer = wire("sqs", "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        messages = {message["MessageId"]: message for message in answer.get("Messages", [])}
        if not messages:
            return
        received.extend(messages)
        entries = [
            {"Id": id_, "ReceiptHandle": message["ReceiptHandle"]} for id_, message in messages.items()
        ]
        answer = wire("sqs", "DeleteMessageBatch", QueueUrl=queue, Entries=entries)
        deleted.update(each["Id"] for each in answer["Successful"])
        tally.add()

    with mortal.wire(ACCOUNT) as wire:
        # So short that what a killed consumer had received comes back before the test ends.
        make_queue(wire, "standard", VisibilityTimeout="2")
    jobs = [_sending(random.Random(chance.random()), sent, tally) for _ in range(CLIENTS)]
    with load(mortal, ACCOUNT, [*jobs, consume, consume]):
        kill_often(mortal, tally, rounds, chance)

    with mortal.wire(ACCOUNT) as wire:
        left = [message["MessageId"] for message in drain(mortal, wire, "standard")]
    require_all({*received, *left}, sent, "standard")
    assert not deleted & set(left), "messages came back whose deletion had been answered"


def test_messages_in_a_fifo_queue(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    sent: list[list[int]] = [[] for _ in range(CLIENTS)]
    tally = Tally()

    def sending(group: int) -> Job:
        numbers = itertools.count()
        own = random.Random(chance.random())

        def send(wire: Wire) -> None:
            batch = [next(numbers) for _ in range(own.randint(1, 10))]
            answer = wire(
                "sqs",
                "SendMessageBatch",
                QueueUrl=url_of(wire, "ordered.fifo"),
                Entries=[_fifo_entry(group, number) for number in batch],
            )
            sent[group].extend(int(each["Id"]) for each in answer["Successful"])
            tally.add()

        return send

    with mortal.wire(ACCOUNT) as wire:
        make_queue(wire, "ordered.fifo")
    with load(mortal, ACCOUNT, [sending(group) for group in range(CLIENTS)]):
        kill_often(mortal, tally, rounds, chance)

    with mortal.wire(ACCOUNT) as wire:
        found = bodies(drain(mortal, wire, "ordered.fifo"))
    for group, numbers in enumerate(sent):
        came = [each["number"] for each in found if each["group"] == group]
        require_each_once(came, set(numbers), f"group {group}")
        assert came == sorted(came), f"group {group} is out of order"


def _sending(own: random.Random, sent: set[str], tally: Tally) -> Job:
    def send(wire: Wire) -> None:
        queue = url_of(wire, "standard")
        if own.random() < 0.5:
            sent.add(wire("sqs", "SendMessage", QueueUrl=queue, MessageBody="one")["MessageId"])
        else:
            entries = [{"Id": str(number), "MessageBody": "many"} for number in range(own.randint(1, 10))]
            answer = wire("sqs", "SendMessageBatch", QueueUrl=queue, Entries=entries)
            sent.update(each["MessageId"] for each in answer["Successful"])
        tally.add()

    return send


def _fifo_entry(group: int, number: int) -> dict[str, Any]:
    return {
        "Id": str(number),
        "MessageBody": json.dumps({"group": group, "number": number}),
        "MessageGroupId": str(group),
        "MessageDeduplicationId": f"{group}-{number}",
    }
