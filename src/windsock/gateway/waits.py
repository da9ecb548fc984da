"""Calls that may wait for long, ended when the client goes away or windsock stops.

A long poll whose client is gone must not go on: it would take messages that nobody gets to see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from windsock.gateway.incoming import ClientGone, Receive
from windsock.kernel.errors import AwsError

T = TypeVar("T")


class Stopping(AwsError):
    """windsock stops while a call waits. SDKs try again."""

    code = "ServiceUnavailable"
    status = 503

    def __init__(self) -> None:
        super().__init__("windsock is stopping.")


class Waits:
    """The calls under way that may wait for long."""

    def __init__(self) -> None:
        self._watching: set[asyncio.Future[None]] = set()

    async def while_connected(self, receive: Receive, answer: Coroutine[Any, Any, T]) -> T:
        """What `answer` gives, as long as the client is there to have it.

        Otherwise `answer` is cancelled, which undoes what nobody gets to see, and ClientGone raised, or
        Stopping when it is windsock that goes.
        """
        answering = asyncio.ensure_future(answer)
        watching = asyncio.ensure_future(_until_gone(receive))
        self._watching.add(watching)
        try:
            await asyncio.wait((answering, watching), return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                return answering.result()
            raise Stopping if watching.cancelled() else ClientGone
        finally:
            self._watching.discard(watching)
            answering.cancel()
            watching.cancel()
            await asyncio.gather(answering, watching, return_exceptions=True)

    def end(self) -> None:
        """End all of them: their clients are told that windsock stops."""
        for watching in self._watching:
            watching.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
