"""A replay brings every archived event once, however often windsock is killed under it."""

from __future__ import annotations

import json
import random

from tests.chaos.conftest import MakeMortal
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_each_once
from tests.chaos.wire import Wire

ACCOUNT = "666666666666"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
EVENTS = 1500
REPLAYED = {"source": ["chaos"], "replay-name": [{"exists": True}]}


def test_replays_survive_kills(make_mortal: MakeMortal, rounds: int, chance: random.Random) -> None:
    with make_mortal() as mortal:
        with mortal.wire(ACCOUNT) as wire:
            archived = _archive(wire)
        for number in range(rounds):
            with mortal.wire(ACCOUNT) as wire:
                _start(wire, f"replay-{number}")
                moment = chance.randrange(EVENTS)
                while _waiting(wire) < moment:
                    pass
            mortal.kill()
            _require_replayed(mortal, f"replay-{number}", archived)


def _archive(wire: Wire) -> list[int]:
    """An archive with events in it, and a rule that sends what is replayed to a queue."""
    queue = make_queue(wire, "replayed")
    wire("events", "CreateArchive", ArchiveName="all", EventSourceArn=BUS)
    wire("events", "PutRule", Name="replayed", EventPattern=json.dumps(REPLAYED))
    wire("events", "PutTargets", Rule="replayed", Targets=[{"Id": "queue", "Arn": queue}])
    for first in range(0, EVENTS, 10):
        entries = [
            {"Source": "chaos", "DetailType": "n", "Detail": json.dumps({"n": n}), "Time": 1_700_000_000 + n}
            for n in range(first, first + 10)
        ]
        assert wire("events", "PutEvents", Entries=entries)["FailedEntryCount"] == 0
    return list(range(EVENTS))


def _start(wire: Wire, name: str) -> None:
    wire(
        "events",
        "StartReplay",
        ReplayName=name,
        EventSourceArn=f"arn:aws:events:us-east-1:{ACCOUNT}:archive/all",
        EventStartTime=1_699_999_000,
        EventEndTime=1_700_100_000,
        Destination={"Arn": BUS},
    )


def _waiting(wire: Wire) -> int:
    """How many replayed events are in the queue."""
    name = "ApproximateNumberOfMessages"
    queue = f"http://localhost/{ACCOUNT}/replayed"
    answer = wire("sqs", "GetQueueAttributes", QueueUrl=queue, AttributeNames=[name])
    return int(answer["Attributes"][name])


def _require_replayed(mortal: Mortal, name: str, archived: list[int]) -> None:
    with mortal.wire(ACCOUNT) as wire:
        while wire("events", "DescribeReplay", ReplayName=name)["State"] != "COMPLETED":
            pass
        came = [event["detail"]["n"] for event in bodies(drain(mortal, wire, "replayed"))]
    require_each_once(came, set(archived), name)
