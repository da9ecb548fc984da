"""A windsock that is killed and started again on the same data directory."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from contextlib import closing, suppress
from pathlib import Path

import pysqlite3
from tests.chaos.wire import Wire
from tests.servers import start

from windsock.testing import Server

_PENDING = "SELECT count(*) FROM engine_tasks WHERE state = 'pending'"
_WAITING = "windsock_tasks_waiting "


class Mortal:
    """One data directory and one port, with a process that comes and goes."""

    def __init__(self, directory: Path, *flags: str) -> None:
        self.data = directory / "data"
        self.port = _free_port()
        self.kills = 0
        self._copy = directory / "copy"
        self._flags = flags
        self._running: Server | None = None
        self._up = threading.Event()
        self._up.set()

    @property
    def running(self) -> Server:
        """The process that lives."""
        assert self._running is not None, "windsock is not running"
        return self._running

    def start(self) -> None:
        """Start it; returns when it has greeted."""
        self._running = start("--data", str(self.data), *self._flags, port=self.port)

    def kill(self) -> None:
        """Kill it, see that what it leaves is sound, and start it again."""
        self._up.clear()
        try:
            self.running.kill()
            self._running = None
            self.kills += 1
            self._require_sound_file()
            self.start()
        finally:
            self._up.set()  # nobody waits for one that will not come

    def stop(self) -> None:
        """Have it stop cleanly, if it runs."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    def wait_until_up(self) -> None:
        """Return at once, or when it is up again."""
        self._up.wait()

    def wire(self, account: str) -> Wire:
        """A connection of its own for an account."""
        return Wire(self.port, account)

    def tasks_waiting(self) -> int:
        """How many tasks it says are accepted and not yet done."""
        lines = self.running.text("metrics").splitlines()
        return int(float(next(line for line in lines if line.startswith(_WAITING)).split()[1]))

    def tasks_pending_on_disk(self) -> int:
        """How many tasks of the file are not done; windsock must have stopped."""
        with closing(pysqlite3.connect(str(self.data / "windsock.db"))) as connection:
            return int(connection.execute(_PENDING).fetchone()[0])

    def _require_sound_file(self) -> None:
        # A copy: opening the file itself would recover it before windsock does.
        shutil.rmtree(self._copy, ignore_errors=True)
        self._copy.mkdir()
        for name in ("windsock.db", "windsock.db-wal"):
            if (self.data / name).exists():
                shutil.copy(self.data / name, self._copy / name)
        with closing(pysqlite3.connect(str(self._copy / "windsock.db"))) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
        assert found == [("ok",)], found


def _free_port() -> int:
    # Below those that systems hand out by themselves: nobody must get it while windsock is down.
    for port in range(21_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
