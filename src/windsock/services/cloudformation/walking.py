"""Doing something to many resources: each once those it needs are done, as many at once as that allows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from windsock.engine.activity import Activity
from windsock.services.cloudformation.limits import RESOURCES_AT_ONCE


async def walk(
    needed: Mapping[str, set[str]],
    do: Callable[[str], Awaitable[None]],
    failure: type[Exception],
    stop: asyncio.Event,
    activity: Activity,
) -> list[str]:
    """Do each name after those it needs; the names for which `do` raised a `failure`, in the order of that.

    After the first failure `stop` is set and nothing more is begun; what is under way comes to its end. Where
    `stop` is no concern (removing goes on whatever fails), give one that nobody looks at: names that need one
    that failed are not done. Each is an activity of its own, so that all of them may wait for time to pass.
    """
    waiting = {name: set(needs) & needed.keys() for name, needs in needed.items()}
    running: dict[asyncio.Task[None], str] = {}

    async def do_busily(name: str) -> None:
        with activity.busy():
            await do(name)

    failed: list[str] = []
    try:
        while waiting or running:
            ready = sorted(name for name, needs in waiting.items() if not needs)
            for name in ready[: RESOURCES_AT_ONCE - len(running)] if not stop.is_set() else ():
                del waiting[name]
                running[asyncio.ensure_future(do_busily(name))] = name
            if not running:
                break
            with activity.resting():
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                name = running.pop(task)
                error = task.exception()
                if error is None:
                    for needs in waiting.values():
                        needs.discard(name)
                elif isinstance(error, failure):
                    failed.append(name)
                    stop.set()
                else:
                    raise error
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return failed


def reverse(needed: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same the other way round: what needs a name is removed before it."""
    turned: dict[str, set[str]] = {name: set() for name in needed}
    for name, needs in needed.items():
        for each in needs & needed.keys():
            turned[each].add(name)
    return turned
