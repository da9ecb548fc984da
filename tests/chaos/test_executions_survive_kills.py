"""Executions with waits, retries, branches and tasks: all end well, and no transition is there twice.

A function fails at first, a message is sent at least once for each execution, and each history is one that an
undisturbed run could have written.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import random
import zipfile
from collections import Counter
from typing import Any

from tests.chaos.load import Job, Tally, kill_often, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, receive, require_all
from tests.chaos.wire import Refused, Wire

ACCOUNT = "888888888888"
REGION = "us-east-1"
CLIENTS = 4
EXECUTIONS = 500
ROLE = f"arn:aws:iam::{ACCOUNT}:role/work"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:flaky"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"

CODE = """
class NotYet(Exception):
    pass


def handler(event, context):
    if event["retries"] == 0:
        raise NotYet(event["n"])
    return event["n"]
"""
RETRY = [{"ErrorEquals": ["NotYet"], "IntervalSeconds": 1, "MaxAttempts": 3}]
DEFINITION = {
    "StartAt": "Prepare",
    "States": {
        "Prepare": {"Type": "Pass", "ResultPath": "$.prepared", "Result": True, "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Both"},
        "Both": {
            "Type": "Parallel",
            "Next": "Last",
            "Branches": [
                {
                    "StartAt": "Send",
                    "States": {
                        "Send": {
                            "Type": "Task",
                            "Resource": "arn:aws:states:::sqs:sendMessage",
                            "Parameters": {
                                "QueueUrl": f"http://localhost/{ACCOUNT}/sent",
                                "MessageBody.$": "States.JsonToString($.n)",
                            },
                            "ResultSelector": {"sent.$": "$.MessageId"},
                            "End": True,
                        }
                    },
                },
                {
                    "StartAt": "Work",
                    "States": {
                        "Work": {
                            "Type": "Task",
                            "Resource": FUNCTION,
                            "Parameters": {"n.$": "$.n", "retries.$": "$$.State.RetryCount"},
                            "Retry": RETRY,
                            "End": True,
                        }
                    },
                },
            ],
        },
        "Last": {"Type": "Succeed"},
    },
}
# What is in each history, the function's first failure included.
EVENTS = {
    "ExecutionStarted": 1,
    "PassStateEntered": 1,
    "PassStateExited": 1,
    "WaitStateEntered": 1,
    "WaitStateExited": 1,
    "ParallelStateEntered": 1,
    "ParallelStateStarted": 1,
    "TaskStateEntered": 2,
    "TaskScheduled": 1,
    "TaskStarted": 1,
    "TaskSucceeded": 1,
    "LambdaFunctionScheduled": 2,
    "LambdaFunctionStarted": 2,
    "LambdaFunctionFailed": 1,
    "LambdaFunctionSucceeded": 1,
    "TaskStateExited": 2,
    "ParallelStateSucceeded": 1,
    "ParallelStateExited": 1,
    "SucceedStateEntered": 1,
    "SucceedStateExited": 1,
    "ExecutionSucceeded": 1,
}


def test_executions(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    with mortal.wire(ACCOUNT) as wire:
        make_queue(wire, "sent")
        ended = make_queue(wire, "ended")
        pattern = {"source": ["aws.states"], "detail": {"status": ["SUCCEEDED", "FAILED"]}}
        wire("events", "PutRule", Name="ended", EventPattern=json.dumps(pattern))
        target = {"Id": "q", "Arn": ended, "InputPath": "$.detail.name"}
        wire("events", "PutTargets", Rule="ended", Targets=[target])
        _make_function(wire)
        made = wire("states", "CreateStateMachine", name="m", definition=json.dumps(DEFINITION), roleArn=ROLE)
        assert made["stateMachineArn"] == MACHINE
    accepted: set[str] = set()
    tally = Tally()

    def starting(client: int) -> Job:
        names = (f"{client}-{number}" for number in itertools.count())
        name = next(names)

        def start(wire: Wire) -> None:
            # A name that was not answered is tried again: it may be there already.
            nonlocal name
            try:
                given = json.dumps({"n": name})
                wire("states", "StartExecution", stateMachineArn=MACHINE, name=name, input=given)
            except Refused as error:
                assert "ExecutionAlreadyExists" in str(error), error
            accepted.add(name)
            name = next(names)
            tally.add()

        return start

    with load(mortal, ACCOUNT, [starting(client) for client in range(CLIENTS)]):
        kill_often(mortal, tally, rounds, chance, most=EXECUTIONS // (rounds + 1))
        tally.wait_for_more(max(1, EXECUTIONS - len(accepted)))
    told: list[str] = []
    for _ in range(rounds):
        _hear(mortal, told, len(told) + chance.randint(0, (len(accepted) - len(told)) // 2))
        mortal.kill()
    _hear(mortal, told, len(accepted))

    assert sorted(told) == sorted(accepted)
    with mortal.wire(ACCOUNT) as wire:
        require_all(set(bodies(drain(mortal, wire, "sent"))), accepted, "sent")
        for name in accepted:
            _require_valid(_history(wire, name))


def _hear(mortal: Mortal, told: list[str], wanted: int) -> None:
    # The names of executions that ended, until there are so many.
    with mortal.wire(ACCOUNT) as wire:
        while len(told) < wanted:
            heard = bodies(receive(wire, "ended", wait_seconds=20))
            assert heard, f"{len(told)} of {wanted} executions ended"
            told += heard


def _make_function(wire: Wire) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", CODE)
    function = {
        "FunctionName": "flaky",
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "index.handler",
        "Code": {"ZipFile": base64.b64encode(archive.getvalue()).decode()},
        "Timeout": 60,
    }
    wire.rest(
        "lambda", "/2015-03-31/functions", json.dumps(function).encode(), content_type="application/json"
    )


def _history(wire: Wire, name: str) -> list[dict[str, Any]]:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:m:{name}"
    answer = wire("states", "GetExecutionHistory", executionArn=arn, maxResults=1000)
    events: list[dict[str, Any]] = answer["events"]
    return events


def _require_valid(events: list[dict[str, Any]]) -> None:
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["previousEventId"] < event["id"] for event in events)
    assert Counter(event["type"] for event in events) == EVENTS
