"""Turns of the event loop."""

from __future__ import annotations

import asyncio


async def others_first(turns: int = 1) -> None:
    """Let whatever is ready to run go first. That is no waiting: no time passes."""
    for _ in range(turns):
        await asyncio.sleep(0)  # noqa: TID251
