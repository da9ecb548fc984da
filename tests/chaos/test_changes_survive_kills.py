"""What was created or deleted right before a kill is there, or gone, and works; schedules miss no instant."""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from tests.chaos.conftest import MakeMortal
from tests.chaos.load import Job, Tally, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_all, require_each_once
from tests.chaos.wire import Unanswered, Wire

START = "2017-01-02T00:00:00Z"
CLIENTS = 4
MINUTES = 600


@dataclass
class Answered:
    """The names of what was answered; `fed` are queues whose rule and target were put to the end."""

    rules: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    fed: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def virtual(make_mortal: MakeMortal) -> Iterator[Mortal]:
    with make_mortal("--clock", f"virtual:{START}") as made:
        yield made


def test_changes_survive_kills(virtual: Mortal, rounds: int, chance: random.Random) -> None:
    for number in range(rounds):
        account = f"4{number:011}"
        answered = Answered()
        tally = Tally()
        jobs = [_creating(str(client), answered, tally) for client in range(CLIENTS)]
        with load(virtual, account, jobs):
            tally.wait_for_more(chance.randint(1, 100))
            virtual.kill()
        with virtual.wire(account) as wire:
            _require_there(wire, answered)
            virtual.running.advance(60)
            _require_working(virtual, wire, answered)


def _creating(client: str, answered: Answered, tally: Tally) -> Job:
    """Makes a queue, a topic, and a rule that feeds the queue each minute; deletes every third rule."""
    numbers = itertools.count()

    def create(wire: Wire) -> None:
        number = next(numbers)
        name = f"{client}-{number}"
        queue = make_queue(wire, name)
        answered.queues.add(name)
        topic = wire.sns("CreateTopic", Name=name)["TopicArn"]
        answered.topics.add(topic)
        wire("events", "PutRule", Name=name, ScheduleExpression="rate(1 minute)")
        tally.add()
        if number % 3 == 0:
            wire("events", "DeleteRule", Name=name)
            answered.deleted.add(name)
            return
        answered.rules.add(name)
        wire("events", "PutTargets", Rule=name, Targets=[{"Id": "queue", "Arn": queue}])
        answered.fed.add(name)
        tally.add()

    return create


def _require_there(wire: Wire, answered: Answered) -> None:
    queues = wire("sqs", "ListQueues", MaxResults=1000)["QueueUrls"]
    require_all({url.rsplit("/", 1)[1] for url in queues}, answered.queues, "queues")
    rules = {rule["Name"] for rule in _list_rules(wire)}
    require_all(rules, answered.rules, "rules")
    assert not rules & answered.deleted, "rules came back whose deletion had been answered"
    for topic in answered.topics:
        assert wire.sns("GetTopicAttributes", TopicArn=topic)


def _list_rules(wire: Wire) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    page: dict[str, str] = {}
    while True:
        answer = wire("events", "ListRules", **page)
        found += answer["Rules"]
        if "NextToken" not in answer:
            return found
        page = {"NextToken": answer["NextToken"]}


def _require_working(mortal: Mortal, wire: Wire, answered: Answered) -> None:
    for name in answered.fed:
        assert len(drain(mortal, wire, name)) == 1, f"rule {name} did not fire once in its minute"
    for name in answered.deleted:
        assert not drain(mortal, wire, name), f"deleted rule {name} fired"


def test_a_schedule_fires_each_instant_once(virtual: Mortal, rounds: int, chance: random.Random) -> None:
    account = "555555555555"
    events: list[str] = []
    tally = Tally()

    def consume(wire: Wire) -> None:
        url = url_of(wire, "ticks")
        answer = wire("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        events.extend(event["time"] for event in bodies(answer.get("Messages", [])))
        tally.add(len(answer.get("Messages", [])))

    def advance(wire: Wire) -> None:
        try:
            virtual.running.advance(60)
        except (OSError, HTTPException) as error:
            raise Unanswered from error

    with virtual.wire(account) as wire:
        queue = make_queue(wire, "ticks")
        wire("events", "PutRule", Name="tick", ScheduleExpression="rate(1 minute)")
        wire("events", "PutTargets", Rule="tick", Targets=[{"Id": "queue", "Arn": queue}])
