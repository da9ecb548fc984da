"""What a process prints: standard output and error through one pipe, so that their order is kept."""

from __future__ import annotations

import asyncio
import os

from windsock.runner.limits import MAX_LOG_BYTES

_READ = 65_536


class Output:
    """The reading end is windsock's; `write_end` is given to the process and then closed here."""

    def __init__(self) -> None:
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        self._parts: list[bytes] = []
        self._size = 0
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._read_end, self._read)

    def handed_over(self) -> None:
        """The process holds the writing end now."""
        os.close(self.write_end)

    def take(self) -> str:
        """Everything printed since the last time. Complete up to whatever the process has said elsewhere:
        a pipe holds what was written before."""
        self._read()
        text = b"".join(self._parts).decode("utf-8", "replace")
        self._parts.clear()
        self._size = 0
        return text

    def close(self) -> None:
        """Read no more."""
        if self._read_end >= 0:
            self._loop.remove_reader(self._read_end)
            os.close(self._read_end)
            self._read_end = -1

    def _read(self) -> None:
        while self._read_end >= 0:
            try:
                part = os.read(self._read_end, _READ)
            except BlockingIOError:
                return
            if not part:
                self.close()
            elif self._size < MAX_LOG_BYTES:
                self._parts.append(part)
                self._size += len(part)
