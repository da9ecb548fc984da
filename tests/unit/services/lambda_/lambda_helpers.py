"""A runner that runs nothing but what a test tells it to, and short ways to functions."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable
from typing import Any

import orjson
from tests.conftest import Driver

from windsock.runner.contract import FunctionCode, Invocation, Outcome

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"

Handler = Callable[[Any], Any]


class Failure(Exception):
    """What a handler raises to end in a function error."""


class ScriptedRunner:
    """Answers each invocation by `handler`, which is given the event; keeps what it was asked to run."""

    def __init__(self) -> None:
        self.handler: Handler = lambda event: event
        self.runs: list[tuple[FunctionCode, Invocation]] = []
        self.retired: list[str] = []
        self.held: asyncio.Event | None = None
        self.began = asyncio.Event()
        self.closed = False

    async def invoke(self, code: FunctionCode, invocation: Invocation) -> Outcome:
        self.runs.append((code, invocation))
        self.began.set()
        if self.held is not None:
            await self.held.wait()
        log = f"START RequestId: {invocation.request_id} Version: {code.version}\nhello\n\nEND\n"
        try:
            payload = orjson.dumps(self.handler(orjson.loads(invocation.payload)))
        except Failure as failure:
            payload = orjson.dumps({"errorMessage": str(failure), "errorType": "Failure"})
            return Outcome(payload, "Unhandled", log, "stream-1", 5.0, None)
        return Outcome(payload, "", log, "stream-1", 5.0, None)

    async def retire(self, key: str) -> None:
        self.retired.append(key)

    async def close(self) -> None:
        self.closed = True

    @property
    def events(self) -> list[Any]:
        """The events of all invocations."""
        return [orjson.loads(invocation.payload) for _, invocation in self.runs]


def zipped(**files: str) -> bytes:
    """A package of files: `zipped(index="...")` holds index.py."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return buffer.getvalue()


PACKAGE = zipped(index="def handler(event, context):\n    return event\n")


async def make_function(driver: Driver, name: str = "work", **params: Any) -> dict[str, Any]:
    """A function; CreateFunction's answer."""
    given = {
        "FunctionName": name,
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "index.handler",
        "Code": {"ZipFile": PACKAGE},
        **params,
    }
    return await driver("lambda", "CreateFunction", **given)


async def invoke(driver: Driver, name: str = "work", event: Any = None, **params: Any) -> dict[str, Any]:
    """Invoke a function with an event."""
    if event is not None:
        params["Payload"] = orjson.dumps(event)
    return await driver("lambda", "Invoke", FunctionName=name, **params)


async def make_queue(driver: Driver, name: str, **attributes: str) -> str:
    """A queue; its ARN."""
    await driver("sqs", "CreateQueue", QueueName=name, Attributes=attributes)
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


async def received(driver: Driver, name: str) -> list[dict[str, Any]]:
    """The messages of a queue that can be received now."""
    url = f"http://localhost:4566/{ACCOUNT}/{name}"
    answer = await driver(
        "sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages
