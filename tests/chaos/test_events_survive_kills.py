"""Events that PutEvents answered reach every target of their rule, once each."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

from tests.chaos.load import Job, Tally, kill_often, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_each_once
from tests.chaos.wire import Wire

ACCOUNT = "111111111111"
QUEUES = ("by-rule", "by-topic", "by-bus")
CLIENTS = 6


def test_events_survive_kills(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    accepted: list[dict[str, str]] = []
    tally = Tally()

    def putting(own: random.Random) -> Job:
        def put(wire: Wire) -> None:
            serials = [str(uuid.UUID(int=own.getrandbits(128))) for _ in range(own.randint(1, 10))]
            answer = wire("events", "PutEvents", Entries=[_entry(serial) for serial in serials])
            assert answer["FailedEntryCount"] == 0, answer
            ids = [entry["EventId"] for entry in answer["Entries"]]
            accepted.extend({"id": id_, "serial": serial} for id_, serial in zip(ids, serials, strict=True))
            tally.add()

        return put

    with mortal.wire(ACCOUNT) as wire:
        _make_targets(wire)
    jobs = [putting(random.Random(chance.random())) for _ in range(CLIENTS)]
    with load(mortal, ACCOUNT, jobs):
        kill_often(mortal, tally, rounds, chance)

    with mortal.wire(ACCOUNT) as wire:
        for name in QUEUES:
            events = bodies(drain(mortal, wire, name))
            require_each_once(
                [event["id"] for event in events], {each["id"] for each in accepted}, f"{name}, ids"
            )
            require_each_once(
                [event["detail"]["serial"] for event in events], {each["serial"] for each in accepted}, name
            )


def _entry(serial: str) -> dict[str, Any]:
    return {"Source": "chaos", "DetailType": "Tick", "Detail": json.dumps({"serial": serial})}


def _make_targets(wire: Wire) -> None:
    by_rule, by_topic, by_bus = (make_queue(wire, name) for name in QUEUES)
    topic = wire.sns("CreateTopic", Name="topic")["TopicArn"]
    raw = {"Attributes__entry__1__key": "RawMessageDelivery", "Attributes__entry__1__value": "true"}
    wire.sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=by_topic, **raw)
    bus = wire("events", "CreateEventBus", Name="other")["EventBusArn"]
    _rule(wire, "other", by_bus)
    _rule(wire, "default", by_rule, topic, bus)


def _rule(wire: Wire, bus: str, *targets: str) -> None:
    pattern = json.dumps({"source": ["chaos"]})
    wire("events", "PutRule", Name="rule", EventBusName=bus, EventPattern=pattern)
    answer = wire(
        "events",
        "PutTargets",
        Rule="rule",
        EventBusName=bus,
        Targets=[{"Id": str(number), "Arn": arn} for number, arn in enumerate(targets)],
    )
    assert answer["FailedEntryCount"] == 0, answer
