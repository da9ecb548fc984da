"""A schedule fires each of its instants once, however often windsock is killed while time passes."""

from __future__ import annotations

import http.client
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from tests.chaos.conftest import MakeMortal
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_each_once

START = datetime(2017, 1, 2, tzinfo=UTC)
HOURS_A_ROUND = 4
MINUTE = timedelta(minutes=1)


def test_schedules_survive_kills(make_mortal: MakeMortal, rounds: int, chance: random.Random) -> None:
    end = START + timedelta(hours=HOURS_A_ROUND * rounds)
    with make_mortal("--clock", f"virtual:{START.isoformat()}") as mortal:
        with mortal.wire("555555555555") as wire:
            queue = make_queue(wire, "ticks")
            wire("events", "PutRule", Name="tick", ScheduleExpression="rate(1 minute)")
            wire("events", "PutTargets", Rule="tick", Targets=[{"Id": "queue", "Arn": queue}])
        for number in range(rounds):
            hours = HOURS_A_ROUND * (number + chance.random())
            _kill_on_the_way(mortal, START + timedelta(hours=hours), end)
        _advance_to(mortal, end)

        with mortal.wire("555555555555") as wire:
            fired = [event["time"] for event in bodies(drain(mortal, wire, "ticks"))]
        minutes = range(1, HOURS_A_ROUND * 60 * rounds + 1)
        due = [f"{START + MINUTE * minute:%Y-%m-%dT%H:%M:%SZ}" for minute in minutes]
        require_each_once(fired, set(due), "ticks")
        assert set(fired) == set(due)


def _kill_on_the_way(mortal: Mortal, moment: datetime, end: datetime) -> None:
    """Let time pass, and kill once it is past the moment."""

    def advance() -> None:
        with suppress(OSError, http.client.HTTPException):
            _advance_to(mortal, end)

    with ThreadPoolExecutor(1) as thread:
        advancing = thread.submit(advance)
        while _now(mortal) < moment and not advancing.done():
            pass
        mortal.kill()
        advancing.result()


def _advance_to(mortal: Mortal, end: datetime) -> None:
    mortal.running.advance((end - _now(mortal)).total_seconds())


def _now(mortal: Mortal) -> datetime:
    return datetime.fromisoformat(mortal.running.get("clock")["now"])
