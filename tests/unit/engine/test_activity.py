"""Waiting until nothing is under way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from windsock.engine.activity import Activity


async def test_settled_waits_for_what_follows_from_what_ended() -> None:
    activity, woken = Activity(), asyncio.Event()
    activity.begin()

    async def follow() -> None:
        await woken.wait()
        activity.begin()

    follower = asyncio.create_task(follow())
    waiter = asyncio.create_task(activity.settled())
    await asyncio.sleep(0)
    woken.set()
    activity.end()
    await follower
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiter.done()
    activity.end()
    await waiter


@pytest.mark.parametrize("turns", range(8))
async def test_whoever_stops_waiting_leaves_nothing_behind(turns: int) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    waiter = asyncio.create_task(Activity().settled())
    for _ in range(turns):
        await asyncio.sleep(0)
    waiter.cancel()
    for _ in range(8):
        await asyncio.sleep(0)
    assert waiter.done()
    assert complaints == []
