"""The way of an event, as `windsock events` draws it."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from windsock.cli.trees import tree_of

RULE = "arn:aws:events:us-east-1:000000000000:rule/"


def delivery(rule: str, target: str, **more: Any) -> dict[str, Any]:
    plain = {"state": "done", "attempts": 1, "failures": [], "next": None, "led_to": [], "forwarded": []}
    return {"rule": RULE + rule, "target": target, **plain, **more}


def event(bus: str, account: str, *deliveries: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "e-1",
        "bus": bus,
        "account": account,
        "region": "us-east-1",
        "accepted": "2017-01-02T00:00:00+00:00",
        "event": {"source": "mine", "detail-type": "opened"},
        "matched": sorted({each["rule"] for each in deliveries}),
        "deliveries": list(deliveries),
    }


def drawn(way: dict[str, Any]) -> list[str]:
    console = Console(width=100, no_color=True)
    with console.capture() as capture:
        console.print(tree_of(way))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_an_event_is_drawn_with_what_it_led_to_on_other_buses() -> None:
    theirs = event("theirs", "111122223333", delivery("onward", "queue"))
    failure = {"at": "2017-01-02T00:00:00+00:00", "error": "OSError: down"}
    late = delivery("away", "topic", attempts=2, failures=[failure], led_to=[delivery("", "sqs reader")])
    ours = event("default", "000000000000", delivery("away", "bus", forwarded=[theirs]), late)
    assert drawn(ours) == [
        "mine opened  2017-01-02 00:00:00 on default",
        "e-1",
        "└── matched away",
        "    ├── -> bus  delivered",
        "    │   └── 2017-01-02 00:00:00 on theirs of 111122223333 in us-east-1",
        "    │       └── matched onward",
        "    │           └── -> queue  delivered",
        "    └── -> topic  delivered after 2 attempts",
        "        ├── 2017-01-02 00:00:00  OSError: down",
        "        └── -> sqs reader  delivered",
    ]


def test_an_event_that_nothing_matched() -> None:
    assert drawn(event("default", "000000000000"))[-1] == "└── no rule matched"
