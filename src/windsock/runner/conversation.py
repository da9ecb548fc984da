"""What windsock and one process say to one another over the Runtime API.

A process asks for an invocation (which also says that it has initialised), answers it, and asks again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from windsock.runner.contract import Invocation


@dataclass(frozen=True, slots=True)
class Offer:
    """An invocation and the instant, in real milliseconds since 1970, at which it must be done."""

    invocation: Invocation
    deadline_ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A body, and for an error what the process calls it (`Runtime.ImportModuleError`, `Unhandled`)."""

    body: bytes
    error: str | None = None
    while_initialising: bool = False


class Conversation:
    """The state of it. `changed` is set whenever something here is new."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.asking = False
        self.initialised = False
        self.answer: Answer | None = None
        self.exit_status: int | None = None
        self._offers: asyncio.Queue[Offer] = asyncio.Queue()
        self._handed_out: str | None = None

    @property
    def over(self) -> bool:
        """Whether the process has ended or has said that it cannot run."""
        return self.exit_status is not None or (self.answer is not None and self.answer.while_initialising)

    def offer(self, offer: Offer) -> None:
        """Have the process do something as soon as it asks. It does one thing at a time."""
        self.answer = None
        self._offers.put_nowait(offer)

    async def next_offer(self) -> Offer:
        """What the process is to do next; waits for it."""
        self.asking = self.initialised = True
        self.changed.set()
        offer = await self._offers.get()
        self.asking = False
        self._handed_out = offer.invocation.request_id
        return offer

    def answered(self, request_id: str, answer: Answer) -> bool:
        """The process answers; False when that is not what it was asked."""
        if request_id != self._handed_out:
            return False
        self._handed_out = None
        self._say(answer)
        return True

    def failed_to_initialise(self, answer: Answer) -> bool:
        """The process cannot run; False when it is too late to say so."""
        if self.initialised:
            return False
        self._say(answer)
        return True

    def exited(self, status: int) -> None:
        """The process has ended."""
        self.exit_status = status
        self.asking = False
        self.changed.set()

    def _say(self, answer: Answer) -> None:
        self.answer = answer
        self.changed.set()
