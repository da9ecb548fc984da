"""How fast events are matched with 10 to 100,000 patterns, and whether the matches are right.

python benchmarks/patterns.py [DIRECTORY]

DIRECTORY holds `events.jsonl.gz` (one event a line), `rules_N.json.gz` (name to pattern) and
`er_matches_N.txt.gz` (a line for each event: the names, comma-separated, that AWS's event-ruler matches).
Without it, events and rules are generated, and the matches of a sample are compared with deciding every
pattern by itself.

The floor is `orjson.loads` of the same events. Times are processor time, the best of several rounds in which
the contestants take turns, so that a busy machine does not favour one.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from windsock.languages.patterns import Matcher, matches

SIZES = (10, 1_000, 10_000, 100_000)
ROUNDS = 7
PART = 5_000
DEFAULT_DIRECTORY = Path(__file__).parents[2] / "shared" / "data" / "matching"


class Workload(NamedTuple):
    """Events, rules by how many there are, and the names expected for each event where they are known."""

    events: list[bytes]
    rules: dict[int, dict[str, Any]]
    expected: dict[int, list[list[str]]]


def recorded(directory: Path) -> Workload:
    events = gzip.decompress((directory / "events.jsonl.gz").read_bytes()).splitlines()
    rules = {
        size: json.loads(gzip.decompress((directory / f"rules_{size}.json.gz").read_bytes()))
        for size in SIZES
    }
    expected = {}
    for size in SIZES:
        lines = gzip.decompress((directory / f"er_matches_{size}.txt.gz").read_bytes()).decode().split("\n")
        expected[size] = [sorted(filter(None, line.split(","))) for line in lines[: len(events)]]
    return Workload(events, rules, expected)


def generated() -> Workload:
    chance = random.Random(20170102)
    events = [orjson.dumps(_event(chance)) for _ in range(10_000)]
    everything = {f"r{number}": _pattern(chance) for number in range(max(SIZES))}
    rules = {size: dict(list(everything.items())[:size]) for size in SIZES}
    return Workload(events, rules, {})


STATES = ("pending", "running", "stopping", "stopped", "shutting-down", "terminated")
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1")
SERVICES = ("ec2", "autoscaling", "health", "s3")


def _event(chance: random.Random) -> dict[str, Any]:
    service = chance.choice(SERVICES)
    instance = f"i-{chance.randrange(5_000):017x}"
    return {
        "version": "0",
        "id": f"{chance.getrandbits(128):032x}",
        "source": f"aws.{service}",
        "detail-type": f"{service} notification",
        "account": f"{chance.randrange(200):012}",
        "region": chance.choice(REGIONS),
        "resources": [f"arn:aws:{service}:::{instance}"],
        "detail": {
            "instance-id": instance,
            "state": chance.choice(STATES),
            "size": chance.randrange(5_000_000),
            "key": f"tenant-{chance.randrange(1_000):04}/logs/{chance.randrange(10**6)}.gz",
            "tags": {f"tag-{number}": f"{chance.getrandbits(160):040x}" for number in range(10)},
        },
    }


def _pattern(chance: random.Random) -> dict[str, Any]:
    service = chance.choice(SERVICES)
    low = chance.randrange(5_000_000)
    instance = f"i-{chance.randrange(5_000):017x}"
    kinds: list[dict[str, Any]] = [
        {"instance-id": [instance], "state": [chance.choice(STATES)]},
        {"instance-id": [instance], "state": [{"anything-but": ["running"]}]},
        {"size": [{"numeric": [">=", low, "<", low + 10_000]}]},
        {"key": [{"prefix": f"tenant-{chance.randrange(1_000):04}/"}], "state": [chance.choice(STATES)]},
        {"key": [{"wildcard": f"tenant-{chance.randrange(1_000):04}/*/1*.gz"}]},
        {"key": [{"suffix": f"{chance.randrange(1_000):03}.gz"}]},
    ]
    kind = chance.choices(kinds, (60, 10, 5, 10, 5, 10))[0]
    return {"source": [f"aws.{service}"], "region": [chance.choice(REGIONS)], "detail": kind}


def agreement(matcher: Matcher, size: int, workload: Workload) -> str:
    """How the matcher's answers compare with the expected ones, or with every pattern's own verdict."""
    if size in workload.expected:
        wrong = sum(map(list[str].__ne__, map(matcher.matches, workload.events), workload.expected[size]))
        return f"all {len(workload.events)} events" if not wrong else f"{wrong} EVENTS DIFFER"
    sample = random.Random(1).sample(workload.events, 5)
    rules = dict(random.Random(1).sample(list(workload.rules[size].items()), min(size, 1_000)))
    wrong = 0
    for event in sample:
        decided = {name for name, pattern in rules.items() if matches(pattern, event)}
        wrong += decided != set(rules).intersection(matcher.matches(event))
    return "sample agrees" if not wrong else f"{wrong} EVENTS DIFFER"


def best_times(contestants: Sequence[Callable[[bytes], object]], events: list[bytes]) -> list[float]:
    """Seconds of processor time that each contestant takes for all events."""
    parts = [events[start : start + PART] for start in range(0, len(events), PART)]
    totals = [0.0] * len(contestants)
    for part in parts:
        rounds = [[_time(contestant, part) for contestant in contestants] for _ in range(ROUNDS)]
        for number, taken in enumerate(zip(*rounds, strict=True)):
            totals[number] += min(taken)
    return totals


def _time(contestant: Callable[[bytes], object], events: Iterable[bytes]) -> float:
    started = time.process_time()
    for event in events:
        contestant(event)
    return time.process_time() - started


def main() -> int:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_DIRECTORY
    if len(sys.argv) > 1 and not directory.is_dir():
        print(f"{directory} is not a directory", file=sys.stderr)
        return 2
    workload = recorded(directory) if directory.is_dir() else generated()
    fewest, _ = compile_rules(workload.rules[SIZES[0]])
    print(" patterns  events/s  us/event  x floor   x 10  compile s  matches")
    right = True
    for size in SIZES:
        matcher, compile_seconds = compile_rules(workload.rules[size])
        verdict = agreement(matcher, size, workload)
        right = right and "DIFFER" not in verdict
        floor, least, seconds = best_times((orjson.loads, fewest.matches, matcher.matches), workload.events)
        if size == SIZES[0]:
            print(f"{'(floor)':>9} {columns(floor, len(workload.events))}")
        print(
            f"{size:>9} {columns(seconds, len(workload.events))} {seconds / floor:>8.2f} "
            f"{seconds / least:>6.2f} {compile_seconds:>10.2f}  {verdict}"
        )
    return 0 if right else 1


def columns(seconds: float, events: int) -> str:
    """Events per second and microseconds per event."""
    return f"{events / seconds:>9.0f} {seconds / events * 1e6:>9.2f}"


def compile_rules(rules: dict[str, Any]) -> tuple[Matcher, float]:
    """A matcher with the rules, and the seconds of processor time that adding them took."""
    matcher = Matcher()
    started = time.process_time()
    for name, pattern in rules.items():
        matcher.add(name, pattern)
    return matcher, time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
