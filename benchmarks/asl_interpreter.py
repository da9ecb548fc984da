"""What deciding an execution costs: processor time a state transition, beside the least that it could take.

python benchmarks/asl_interpreter.py

A transition is a state that is entered; its history events and the pieces that are saved are made too. The
floor writes the same events as JSON, with orjson, and nothing else: somebody has to. Tasks are answered at
once by what they were given, and the execution is saved after each happening, as an engine must. Times are
processor time, the best of several rounds in which the contestants take turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from windsock.languages.asl import Facts, HistoryEvent, Machine, Run
from windsock.languages.asl.commands import StartTask
from windsock.languages.asl.happenings import Continued, Happening, Started, TaskSucceeded

ROUNDS = 7
ORDER = {
    "orderId": "A-17",
    "customer": {"name": "Ann", "city": "Oslo"},
    "lines": [{"sku": f"S{number}", "quantity": 2, "price": 9.5} for number in range(5)],
}


def line(*states: dict[str, Any], name: str = "S") -> dict[str, Any]:
    """States that follow one another, named by number."""
    named = {f"{name}{number}": state for number, state in enumerate(states)}
    for number, state in enumerate(states):
        state |= {"Next": f"{name}{number + 1}"} if number + 1 < len(states) else {"End": True}
    return {"StartAt": f"{name}0", "States": named}


def a_map(state: dict[str, Any]) -> dict[str, Any]:
    return line({"Type": "Map", "ItemProcessor": line(state, name="Item")})


def a_pass() -> dict[str, Any]:
    return {"Type": "Pass"}


def a_task() -> dict[str, Any]:
    return {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}


LOOP = {
    "StartAt": "Done?",
    "States": {
        "Done?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericGreaterThanEquals": 200, "Next": "End"}],
            "Default": "Count",
        },
        "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Done?"},
        "End": {"Type": "Succeed"},
    },
}
ITEMS = [{"id": number, "name": f"item {number}"} for number in range(1000)]
WORK: dict[str, tuple[dict[str, Any], Any]] = {
    "200 Pass states": (line(*(a_pass() for _ in range(200))), ORDER),
    "200 rounds of Choice and Pass": (LOOP, {"n": 0}),
    "50 Tasks in a row": (line(*(a_task() for _ in range(50))), ORDER),
    "Map of 1,000 Pass": (a_map(a_pass()), ITEMS),
    "Map of 1,000 Tasks": (a_map(a_task()), ITEMS),
}


@dataclass
class Outcome:
    """What an execution made."""

    events: list[HistoryEvent]
    transitions: int = 0
    saved: int = 0


def execute(machine: Machine, document: Any) -> Outcome:
    """Run an execution to its end."""
    arn = "arn:aws:states:us-east-1:123456789012"
    facts = Facts(
        execution_arn=f"{arn}:execution:m:e",
        execution_name="e",
        machine_arn=f"{arn}:stateMachine:m",
        machine_name="m",
        role_arn="arn:aws:iam::123456789012:role/r",
        started_ms=0,
        input=document,
        token=lambda _frame, _seq: "token",
    )
    run = Run.new(machine, facts)
    outcome = Outcome([])
    happenings: list[Happening] = [Started()]
    while happenings:
        decision = run.advance(happenings.pop(), 0)
        outcome.events += decision.events
        outcome.saved += sum(map(len, run.changes().put.values()))
        happenings += [
            TaskSucceeded(command.frame, command.seq, text=command.arguments_text)
            for command in decision.commands
            if isinstance(command, StartTask)
        ]
        if decision.unfinished:
            happenings.append(Continued())
    return outcome


def write(events: list[HistoryEvent]) -> None:
    """The floor."""
    for event in events:
        orjson.dumps(event)


def least_seconds(*contestants: Callable[[], object]) -> list[float]:
    """The best processor time of each, in rounds."""
    best = [float("inf")] * len(contestants)
    for _ in range(ROUNDS):
        for number, contestant in enumerate(contestants):
            started = time.process_time()
            contestant()
            best[number] = min(best[number], time.process_time() - started)
    return best


def main() -> None:
    """Measure and print."""
    print(f"{'':32}{'us/transition':>14}{'floor':>8}{'ratio':>7}{'saved bytes':>13}{'total ms':>10}")
    for name, (definition, document) in WORK.items():
        machine = Machine.compile(definition)
        outcome = execute(machine, document)
        transitions = sum(event["type"].endswith("StateEntered") for event in outcome.events)
        spent, floor = least_seconds(partial(execute, machine, document), partial(write, outcome.events))
        each, least = spent / transitions * 1e6, floor / transitions * 1e6
        saved = outcome.saved / transitions
        print(f"{name:32}{each:14.1f}{least:8.1f}{each / least:7.1f}{saved:13.1f}{spent * 1e3:10.1f}")


if __name__ == "__main__":
    main()
