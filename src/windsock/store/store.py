"""The embedded store: SQLite in WAL mode with one writer and group commit.

Work runs on the event loop's thread, one piece after the other, each in its savepoint; only the
COMMIT, which waits for the disk, runs on a thread of its own. What arrives meanwhile forms the next
group, so the disk is waited for once a group and not once a request. (A writer thread was measured
against this and loses: every statement gives up and retakes the interpreter lock, which a busy loop
thread is slow to hand back.)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from windsock.kernel.errors import InternalFailure
from windsock.kernel.log import Log
from windsock.store import sqlite
from windsock.store.transaction import Snapshot, Transaction

log = Log(__name__)

T = TypeVar("T")

# A group is bounded so that the loop is given back between groups; at 128 the disk is no longer the limit.
GROUP_SIZE = 128


class Store:
    """Durable state. Open with `Store.open`; `write` changes it, `read` sees what was committed."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path = path
        self.durable = durable
        self._writer = sqlite.connect(path, durable=durable)
        self._reader = sqlite.connect(path, durable=durable, read_only=True)
        self._snapshot = Snapshot(self._reader)
        self._reading = False
        self._queue: deque[tuple[Callable[[Transaction], Any], asyncio.Future[Any]]] = deque()
        self._arrived = asyncio.Event()
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._before_commit: list[Callable[[Transaction], None]] = []
        self._on_abort: list[Callable[[], None]] = []
        self._closing = False
        self.commits = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path, *, durable: bool = True) -> AsyncIterator[Store]:
        """The store at `path`, its schema up to date; not `durable` means it may vanish with the machine."""
        sqlite.migrate(path)
        store = cls(path, durable=durable)
        committer = asyncio.create_task(store._commit_groups(), name="store")
        try:
            yield store
        finally:
            store._closing = True
            store._arrived.set()
            await committer
            store._close()

    def before_commit(self, hook: Callable[[Transaction], None]) -> None:
        """Have `hook` add its changes (counters, say) to every group before it is committed."""
        self._before_commit.append(hook)

    def on_abort(self, hook: Callable[[], None]) -> None:
        """Have `hook` forget what it cached when a whole group could not be committed."""
        self._on_abort.append(hook)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction; its result once that is on disk.

        What `work` raises undoes its own changes and nobody else's. Work that is cancelled before its
        turn has come does not happen.
        """
        if self._closing:
            raise InternalFailure("windsock is stopping.", status=503, code="ServiceUnavailable")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append((work, future))
        self._arrived.set()
        return await future

    def read(self, work: Callable[[Snapshot], T]) -> T:
        """Run `work` on a consistent view of what was committed. Keep it short: it holds the loop.

        What reads within a read sees the same view.
        """
        if self._reading:
            return work(self._snapshot)
        self._reader.execute("BEGIN", ())
        self._reading = True
        try:
            return work(self._snapshot)
        finally:
            self._reading = False
            self._reader.execute("ROLLBACK", ())

    async def _commit_groups(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._queue:
                await self._commit_group()
            if self._closing:
                return

    async def _commit_group(self) -> None:
        done: list[tuple[asyncio.Future[Any], Any, list[Callable[[], object]]]] = []
        after_hooks: list[Callable[[], object]] = []
        try:
            self._writer.execute("BEGIN IMMEDIATE", ())
            before = self._writer.total_changes
            for _ in range(min(len(self._queue), GROUP_SIZE)):
                work, future = self._queue.popleft()
                if future.cancelled():
                    continue
                transaction = Transaction(self._writer)
                try:
                    result = self._in_savepoint(work, transaction)
                except BaseException as error:
                    if not future.done():
                        future.set_exception(error)
                    if not isinstance(error, Exception):
                        raise
                else:
                    done.append((future, result, transaction.on_commit))
            if self._writer.total_changes != before:
                hooks = Transaction(self._writer)
                for hook in self._before_commit:
                    hook(hooks)
                after_hooks = hooks.on_commit
                if self.durable:
                    await asyncio.get_running_loop().run_in_executor(self._disk, self._writer.commit)
                else:
                    self._writer.commit()  # waits for no disk: handing it to a thread costs more than it
                self.commits += 1
            else:
                self._writer.commit()
        except Exception as error:
            self._abort(error, [future for future, _, _ in done])
            return
        _follow(after_hooks)
        for future, result, on_commit in done:
            _follow(on_commit)
            if not future.done():
                future.set_result(result)

    def _in_savepoint(self, work: Callable[[Transaction], T], transaction: Transaction) -> T:
        self._writer.execute("SAVEPOINT work", ())
        try:
            result = work(transaction)
        except BaseException:
            self._writer.execute("ROLLBACK TO work", ())
            self._writer.execute("RELEASE work", ())
            for action in transaction.on_undo:
                action()
            raise
        self._writer.execute("RELEASE work", ())
        return result

    def _abort(self, error: Exception, waiting: list[asyncio.Future[Any]]) -> None:
        log.error("a group of changes could not be committed", error=str(error), lost=len(waiting))
        self._writer.rollback()
        for hook in self._on_abort:
            hook()
        failure = InternalFailure(f"The change could not be stored: {error}")
        for future in waiting:
            if not future.done():
                future.set_exception(failure)

    def _close(self) -> None:
        self._disk.shutdown()
        self._reader.close()
        self._writer.close()


def _follow(actions: list[Callable[[], object]]) -> None:
    """Do what follows a commit. A defect in it is logged: what was committed is true, and others wait."""
    for action in actions:
        try:
            action()
        except Exception:
            log.exception("what was to follow a commit failed")
