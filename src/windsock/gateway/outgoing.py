"""Responses as ASGI messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from windsock.gateway.incoming import Receive
from windsock.gateway.request import Response

Send = Callable[[dict[str, Any]], Awaitable[None]]

# How long a client may go on sending a request that has been refused; then its connection is closed.
LINGER_SECONDS = 2


async def write_response(send: Send, response: Response) -> None:
    """Send a response. To a HEAD request the server leaves the body out."""
    await send(_start(response))
    if response.file is not None:
        for piece in response.file.pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": response.body})


async def turn_away(send: Send, receive: Receive, response: Response) -> None:
    """Send a response to a request that was not read to its end, and close the connection.

    What the client still sends is thrown away for a while: a connection closed over unread bytes is
    reset, and the client would never see why.
    """
    start = _start(response)
    start["headers"].append((b"connection", b"close"))
    await send(start)
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    draining = asyncio.ensure_future(_drain(receive))
    # Real seconds, whatever clock windsock runs on: they are the network's.
    await asyncio.wait((draining,), timeout=LINGER_SECONDS)
    draining.cancel()
    await send({"type": "http.response.body", "body": b""})


def _start(response: Response) -> dict[str, Any]:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    size = len(response.body) if response.file is None else response.file.size
    if size or "content-length" not in response.headers:  # the answer to a HEAD tells of a body it leaves out
        headers = [(name, value) for name, value in headers if name != b"content-length"]
        headers.append((b"content-length", b"%d" % size))
    headers += [(b"set-cookie", cookie.encode("latin-1")) for cookie in response.cookies]
    return {"type": "http.response.start", "status": response.status, "headers": headers}


async def _drain(receive: Receive) -> None:
    message: dict[str, Any] = {"type": "http.request", "more_body": True}
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()
