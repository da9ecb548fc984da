"""What the expressions of a state machine cost: paths, payload templates, choice rules, JSONata.

    python benchmarks/asl_expressions.py

Microseconds of processor time for one evaluation, the best of several rounds, next to a floor: the same done
by hand in Python for that one case. Compiling is apart: it is done once for a definition.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from windsock.languages.asl.choices import Rule
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.paths import Path, ReferencePath
from windsock.languages.asl.templates import Template

ROUNDS = 5
SECONDS_PER_ROUND = 0.1
DOCUMENT: dict[str, Any] = {
    "order": {
        "id": "o-1",
        "customer": {"name": "Ann", "tier": 3},
        "lines": [{"sku": f"s{i}", "price": i * 1.25, "count": i % 4} for i in range(20)],
    },
    "attempt": 2,
}
ENVIRONMENT = Environment(
    1_700_000_000_000, random.Random(1).randbytes, {"Execution": {"Id": "arn"}}, {"v": 7}
)
STATES = {"input": DOCUMENT}

CASES: list[tuple[str, Callable[[], Callable[[], Any]], Callable[[], Any] | None]] = [
    (
        "path $.order.customer.name",
        lambda: _select("$.order.customer.name"),
        lambda: DOCUMENT["order"]["customer"]["name"],
    ),
    (
        "path $.order.lines[3].sku",
        lambda: _select("$.order.lines[3].sku"),
        lambda: DOCUMENT["order"]["lines"][3]["sku"],
    ),
    (
        "path $.order.lines[*].sku (20)",
        lambda: _select("$.order.lines[*].sku"),
        lambda: [line["sku"] for line in DOCUMENT["order"]["lines"]],
    ),
    (
        "path $.order.lines[?(@.price > 10)].sku (20)",
        lambda: _select("$.order.lines[?(@.price > 10)].sku"),
        lambda: [line["sku"] for line in DOCUMENT["order"]["lines"] if line["price"] > 10],
    ),
    (
        "reference path $.result.order",
        lambda: _put("$.result.order"),
        lambda: {**DOCUMENT, "result": {"order": 1}},
    ),
    (
        "template, 4 fields, 3 paths",
        lambda: _template(
            {
                "id.$": "$.order.id",
                "name.$": "$.order.customer.name",
                "x": {"arn.$": "$$.Execution.Id", "k": 1},
            }
        ),
        lambda: {
            "id": DOCUMENT["order"]["id"],
            "name": DOCUMENT["order"]["customer"]["name"],
            "x": {"arn": ENVIRONMENT.context["Execution"]["Id"], "k": 1},
        },
    ),
    (
        "intrinsic States.Format with 2 paths",
        lambda: _template({"text.$": "States.Format('{} of {}', $.order.id, $.order.customer.name)"}),
        lambda: {"text": "{} of {}".format(DOCUMENT["order"]["id"], DOCUMENT["order"]["customer"]["name"])},
    ),
    (
        "choice rule, And of 2",
        lambda: _rule(
            {
                "And": [
                    {"Variable": "$.attempt", "IsPresent": True},
                    {"Variable": "$.attempt", "NumericLessThan": 3},
                ]
            }
        ),
        lambda: "attempt" in DOCUMENT and DOCUMENT["attempt"] < 3,
    ),
    (
        "JSONata $states.input.order.customer.name",
        lambda: _jsonata("$states.input.order.customer.name"),
        None,
    ),
    ("JSONata $v + 1", lambda: _jsonata("$v + 1"), None),
    ("JSONata $states.input.order.id & ' x'", lambda: _jsonata("$states.input.order.id & ' x'"), None),
    ("JSONata $sum(lines.price) (20)", lambda: _jsonata("$sum($states.input.order.lines.price)"), None),
    (
        "JSONata lines[price > 10].sku (20)",
        lambda: _jsonata("$states.input.order.lines[price > 10].sku"),
        None,
    ),
]


def _select(text: str) -> Callable[[], Any]:
    path = Path.parse(text, "InputPath")
    return lambda: path.select(DOCUMENT, ENVIRONMENT)


def _put(text: str) -> Callable[[], Any]:
    path = ReferencePath.parse(text)
    return lambda: path.put(DOCUMENT, 1)


def _template(payload: Any) -> Callable[[], Any]:
    template = Template.compile(payload)
    return lambda: template.evaluate(DOCUMENT, ENVIRONMENT)


def _rule(rule: dict[str, Any]) -> Callable[[], Any]:
    compiled = Rule.compile(rule)
    return lambda: compiled.holds(DOCUMENT, ENVIRONMENT)


def _jsonata(expression: str) -> Callable[[], Any]:
    template = JsonataTemplate.compile(f"{{% {expression} %}}", "Output")
    return lambda: template.evaluate(STATES, ENVIRONMENT)


def microseconds(call: Callable[[], Any]) -> float:
    """Processor time of one call, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        calls, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS_PER_ROUND:
            for _ in range(100):
                call()
            calls += 100
        best = min(best, spent / calls)
    return best * 1e6


def main() -> None:
    print(f"{'microseconds':48} {'evaluate':>9} {'by hand':>9} {'compile':>9}")
    for name, make, by_hand in CASES:
        floor = "" if by_hand is None else f"{microseconds(by_hand):9.2f}"
        print(f"{name:48} {microseconds(make()):9.2f} {floor:>9} {microseconds(make):9.2f}")


if __name__ == "__main__":
    main()
