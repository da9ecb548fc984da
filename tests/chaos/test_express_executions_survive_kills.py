"""Express executions that StartExecution accepted all run, some of them twice; each ends once."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

from tests.chaos.load import Job, Tally, kill_often, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_all, require_each_once
from tests.chaos.wire import Wire

ACCOUNT = "898989898989"
CLIENTS = 3
ROLE = f"arn:aws:iam::{ACCOUNT}:role/work"
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:express"
GROUP = "/express"


def _sends(queue: str) -> dict[str, Any]:
    return {
        "StartAt": queue,
        "States": {
            queue: {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {
                    "QueueUrl": f"http://localhost/{ACCOUNT}/{queue}",
                    "MessageBody.$": "States.JsonToString($$.Execution.Name)",
                },
                "End": True,
            }
        },
    }


WAITS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}
DEFINITION = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [_sends("before"), WAITS],
            "Next": "Then",
        },
        "Then": {"Type": "Parallel", "Branches": [_sends("after")], "End": True},
    },
}


def test_express_executions(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    accepted: set[str] = set()
    tally = Tally()

    def starting(client: int) -> Job:
        numbers = itertools.count()

        def start(wire: Wire) -> None:
            # Of one name there may be many: what was not answered is not tried again.
            name = f"{client}-{next(numbers)}"
            wire("states", "StartExecution", stateMachineArn=MACHINE, name=name, input="{}")
            accepted.add(name)
            tally.add()

        return start

    with mortal.wire(ACCOUNT) as wire:
        make_queue(wire, "before")
        make_queue(wire, "after")
        wire("logs", "CreateLogGroup", logGroupName=GROUP)
        group = {"logGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}:*"}
        logging = {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": group}]}
        wire(
            "states", "CreateStateMachine", name="express", type="EXPRESS", roleArn=ROLE,
            definition=json.dumps(DEFINITION), loggingConfiguration=logging,
        )  # fmt: skip
    with load(mortal, ACCOUNT, [starting(client) for client in range(CLIENTS)]):
        kill_often(mortal, tally, rounds, chance)

    with mortal.wire(ACCOUNT) as wire:
        for queue in ("before", "after"):
            require_all(set(bodies(drain(mortal, wire, queue))), accepted, queue)
        require_each_once(_ended(wire), accepted, "ends")


def _ended(wire: Wire) -> list[str]:
    """The names of executions that ended, from what they logged."""
    names: list[str] = []
    more: dict[str, str] = {}
    while True:
        asked = {"logGroupName": GROUP, "filterPattern": '{ $.type = "ExecutionSucceeded" }', **more}
        answer = wire("logs", "FilterLogEvents", **asked)
        lines = [json.loads(event["message"]) for event in answer["events"]]
        names += [line["execution_arn"].split(":")[7] for line in lines]
        if "nextToken" not in answer:
            return names
        more = {"nextToken": answer["nextToken"]}
