"""What was created or deleted right before a kill is there, or gone, and works."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field

from tests.chaos.conftest import MakeMortal
from tests.chaos.load import Job, Tally, kill_often, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import drain, make_queue, require_all
from tests.chaos.wire import Wire

CLIENTS = 4


@dataclass
class Answered:
    """The names of what was answered; `fed` are queues whose rule and target were put to the end."""

    rules: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    fed: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)


def test_changes_survive_kills(make_mortal: MakeMortal, rounds: int, chance: random.Random) -> None:
    with make_mortal("--clock", "virtual") as mortal:
        for number in range(rounds):
            account = f"4{number:011}"
            answered = Answered()
            tally = Tally()
            jobs = [_creating(str(client), answered, tally) for client in range(CLIENTS)]
            with load(mortal, account, jobs):
                kill_often(mortal, tally, 1, chance, most=50)
            with mortal.wire(account) as wire:
                _require_there(wire, answered)
                mortal.running.advance(60)
                _require_working(mortal, wire, answered)


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
