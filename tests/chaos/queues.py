"""Queues to deliver into, and reading them to their end."""

from __future__ import annotations

import json
from typing import Any

from tests.chaos.mortal import Mortal
from tests.chaos.wire import Wire

# Nothing that was received comes back while a test runs, so what comes twice is there twice.
HIDDEN = {"VisibilityTimeout": "43200"}


def make_queue(wire: Wire, name: str, **attributes: str) -> str:
    """The ARN of a new queue."""
    if name.endswith(".fifo"):
        attributes["FifoQueue"] = "true"
    wire("sqs", "CreateQueue", QueueName=name, Attributes={**HIDDEN, **attributes})
    return f"arn:aws:sqs:us-east-1:{wire.account}:{name}"


def url_of(wire: Wire, name: str) -> str:
    """The URL of a queue of the caller's."""
    return f"http://localhost/{wire.account}/{name}"


def drain(mortal: Mortal, wire: Wire, name: str) -> list[dict[str, Any]]:
    """All messages of a queue, in the order they come, once nothing more is on its way to it."""
    queue = url_of(wire, name)
    found: list[dict[str, Any]] = []
    while True:
        all_done = mortal.tasks_waiting() == 0
        messages = wire(
            "sqs", "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0 if all_done else 1
        ).get("Messages", [])
        if messages:
            found += messages
            delete(wire, name, messages)
        elif all_done:
            return found


def delete(wire: Wire, name: str, messages: list[dict[str, Any]]) -> None:
    """Delete what was received."""
    entries = [
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]} for number, message in enumerate(messages)
    ]
    answer = wire("sqs", "DeleteMessageBatch", QueueUrl=url_of(wire, name), Entries=entries)
    assert not answer.get("Failed"), answer


def bodies(messages: list[dict[str, Any]]) -> list[Any]:
    """What the messages say, decoded."""
    return [json.loads(message["Body"]) for message in messages]


def require_each_once(found: list[str], answered: set[str], where: str) -> None:
    """Nothing that was answered is missing, and nothing is there twice."""
    missing = answered - set(found)
    twice = {each for each in found if found.count(each) > 1} if len(found) != len(set(found)) else set()
    assert not missing, f"{where}: {len(missing)} of {len(answered)} answered are missing: {sorted(missing)[:5]}"
    assert not twice, f"{where}: {len(twice)} of {len(found)} came twice: {sorted(twice)[:5]}"
