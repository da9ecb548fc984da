"""Processes that wait for work, by the key of their code."""

from __future__ import annotations

from collections import defaultdict

from windsock.runner.limits import IDLE_MS
from windsock.runner.process import FunctionProcess


class WarmPool:
    """The idle processes. The one that worked last works first, so that those not needed grow old."""

    def __init__(self) -> None:
        self._idle: defaultdict[str, list[tuple[int, FunctionProcess]]] = defaultdict(list)

    def take(self, key: str) -> FunctionProcess | None:
        """A process for a key, if one waits."""
        idle = self._idle.get(key)
        process = idle.pop()[1] if idle else None
        if not idle:
            self._idle.pop(key, None)
        return process

    def give_back(self, process: FunctionProcess, now_ms: int) -> None:
        """A process has done its work."""
        self._idle[process.code.key].append((now_ms, process))

    def take_all(self, key: str) -> list[FunctionProcess]:
        """All of a key, to end them."""
        return [process for _, process in self._idle.pop(key, [])]

    def take_everything(self) -> list[FunctionProcess]:
        """All there are."""
        return [process for key in list(self._idle) for process in self.take_all(key)]

    def take_idle(self, now_ms: int) -> list[FunctionProcess]:
        """Those that have waited too long, and those that have ended by themselves."""
        taken: list[FunctionProcess] = []
        for key, idle in list(self._idle.items()):
            kept = [(since, process) for since, process in idle if _is_wanted(since, process, now_ms)]
            taken += [process for since, process in idle if not _is_wanted(since, process, now_ms)]
            self._idle[key] = kept
            if not kept:
                del self._idle[key]
        return taken

    def next_due(self) -> int | None:
        """When the first of them will have waited too long."""
        since = [idle[0][0] for idle in self._idle.values()]
        return min(since) + IDLE_MS if since else None


def _is_wanted(since_ms: int, process: FunctionProcess, now_ms: int) -> bool:
    return now_ms - since_ms < IDLE_MS and not process.conversation.over
