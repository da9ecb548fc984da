"""Calls that wait while their client is there."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.gateway.asgi import Gateway
from windsock.gateway.incoming import ClientGone
from windsock.gateway.waits import Stopping, Waits


class Client:
    """A client that is there until it leaves."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}


class Poll:
    """A call that waits, and notes how it ended."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.found = asyncio.Event()
        self.ended = ""

    async def __call__(self) -> str:
        self.begun.set()
        try:
            await self.found.wait()
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        self.ended = "answered"
        return "message"


async def test_are_answered_as_long_as_the_client_is_there() -> None:
    client, poll, waits = Client(), Poll(), Waits()
    answer = asyncio.ensure_future(waits.while_connected(client.receive, poll()))
    await poll.begun.wait()
    poll.found.set()
    assert await answer == "message"


async def test_are_cancelled_when_the_client_goes() -> None:
    client, poll, waits = Client(), Poll(), Waits()
    answer = asyncio.ensure_future(waits.while_connected(client.receive, poll()))
    await poll.begun.wait()
    client.gone.set()
    with pytest.raises(ClientGone):
        await answer
    assert poll.ended == "cancelled"


async def test_are_told_when_windsock_stops() -> None:
    client, poll, waits = Client(), Poll(), Waits()
    answer = asyncio.ensure_future(waits.while_connected(client.receive, poll()))
    await poll.begun.wait()
    waits.end()
    with pytest.raises(Stopping):
        await answer
    assert poll.ended == "cancelled"


async def test_what_the_call_raises_is_raised() -> None:
    async def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Waits().while_connected(Client().receive, fails())


async def test_are_cancelled_with_whoever_waits_for_them() -> None:
    client, poll, waits = Client(), Poll(), Waits()
    answer = asyncio.ensure_future(waits.while_connected(client.receive, poll()))
    await poll.begun.wait()
    answer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answer
    assert poll.ended == "cancelled"


async def test_a_client_that_goes_is_nothing_to_log(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    await driver("sqs", "CreateQueue", QueueName="q")
    poll = {"QueueUrl": "http://localhost/000000000000/q", "WaitTimeSeconds": 20}
    arriving: list[dict[str, Any]] = [
        {"type": "http.request", "body": json.dumps(poll).encode()},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return arriving.pop(0)

    async def send(message: dict[str, Any]) -> None:
        raise AssertionError(message)

    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.ReceiveMessage",
        "host": "localhost",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }
    await Gateway(driver.engine)(scope, receive, send)
    assert not arriving
    assert caplog.records == []
