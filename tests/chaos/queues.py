"""Queues to deliver into, and reading them to their end."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, TypeVar

from tests.chaos.load import LONGEST_WAIT_SECONDS
from tests.chaos.mortal import Mortal
from tests.chaos.wire import Wire

T = TypeVar("T", str, int)

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
    for _ in range(LONGEST_WAIT_SECONDS):
        nothing_to_come = mortal.tasks_waiting() == 0 and not _hidden(wire, queue)
        while messages := receive(wire, name, wait_seconds=0 if nothing_to_come else 1):
            found += messages
        if nothing_to_come:
            return found
    raise AssertionError(f"{mortal.tasks_waiting()} tasks wait, {_hidden(wire, queue)} messages are hidden")


def receive(wire: Wire, name: str, wait_seconds: int) -> list[dict[str, Any]]:
    """Messages of a queue, deleted from it; none when none came in this time."""
    queue = url_of(wire, name)
    answer = wire(
        "sqs", "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds
    )
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    if messages:
        delete(wire, name, messages)
    return messages


def _hidden(wire: Wire, queue: str) -> int:
    name = "ApproximateNumberOfMessagesNotVisible"
    return int(wire("sqs", "GetQueueAttributes", QueueUrl=queue, AttributeNames=[name])["Attributes"][name])


def delete(wire: Wire, name: str, messages: list[dict[str, Any]]) -> None:
    """Delete what was received."""
    entries = [
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
        for number, message in enumerate(messages)
    ]
    answer = wire("sqs", "DeleteMessageBatch", QueueUrl=url_of(wire, name), Entries=entries)
    assert not answer.get("Failed"), answer


def bodies(messages: list[dict[str, Any]]) -> list[Any]:
    """What the messages say, decoded."""
    return [json.loads(message["Body"]) for message in messages]


def require_each_once(found: list[T], answered: set[T], where: str) -> None:
    """Nothing that was answered is missing, and nothing is there twice."""
    require_all(set(found), answered, where)
    twice = [each for each, times in Counter(found).items() if times > 1]
    assert not twice, f"{where}: {len(twice)} of {len(found)} came twice, such as {twice[:5]}"


def require_all(found: set[T], answered: set[T], where: str) -> None:
    """Nothing that was answered is missing."""
    assert answered, f"{where}: nothing was answered"
    missing = answered - found
    assert not missing, f"{where}: {len(missing)} of {len(answered)} are missing, such as {list(missing)[:5]}"
