"""Starting and stopping a windsock process for tests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WINDSOCK = Path(sys.executable).parent / "windsock"


@dataclass
class RunningWindsock:
    """A windsock process and where it listens."""

    process: subprocess.Popen[str]
    endpoint: str
    output: _Output

    def get(self, path: str) -> Any:
        """A GET below `/_windsock/`, decoded."""
        return json.loads(self.text(path))

    def text(self, path: str) -> str:
        """A GET below `/_windsock/`, as it comes."""
        with urllib.request.urlopen(f"{self.endpoint}/_windsock/{path}") as response:
            return str(response.read(), "utf-8")

    def advance(self, seconds: float) -> Any:
        """Let virtual time pass; returns when everything has settled."""
        request = urllib.request.Request(
            f"{self.endpoint}/_windsock/clock/advance",
            json.dumps({"seconds": seconds}).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())

    def settle(self) -> Any:
        """Return once nothing is under way."""
        return self.advance(0)

    def kill(self) -> None:
        """End it with SIGKILL, at once and wherever it is; returns when it is gone."""
        self.process.kill()
        self.process.wait()
        self.output.close()

    def stop(self) -> None:
        """Tell it to stop; raises AssertionError unless it does so cleanly."""
        self.process.terminate()
        self.process.wait()
        self.output.close()
        if self.process.returncode != 0:
            raise AssertionError(f"windsock ended with {self.process.returncode}: {self.output.text}")


@contextmanager
def windsock_up(*flags: str, env: dict[str, str] | None = None) -> Iterator[RunningWindsock]:
    """`windsock up` on a free port until the block ends; then it must stop cleanly."""
    server = start(*flags, env=env)
    try:
        yield server
    except BaseException:
        server.kill()
        raise
    server.stop()


def start(*flags: str, port: int = 0, env: dict[str, str] | None = None) -> RunningWindsock:
    """Start `windsock up`, on a free port unless one is given; returns when it has greeted.

    The caller ends it.
    """
    process = subprocess.Popen(
        [WINDSOCK, "up", "--port", str(port), *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PATH": "/usr/bin:/bin", **(env or {})},
    )
    output = _Output(process)
    greeting = output.find(r"windsock is up at (http://\S+)")
    if greeting is None:
        process.wait()
        output.close()
        raise AssertionError(f"windsock did not start: {output.text}")
    return RunningWindsock(process, greeting[1], output)


class _Output:
    """Reads all a process prints, so that its pipe never fills."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._stream = process.stdout
        self._lines: list[str] = []
        self._arrived = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Read to the end, once the process has ended."""
        self._reader.join()

    @property
    def text(self) -> str:
        """What was printed so far."""
        return "".join(self._lines)

    def find(self, pattern: str) -> re.Match[str] | None:
        """Wait for a line that matches; None when the process ends without one."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._ended or re.search(pattern, self.text))
        return re.search(pattern, self.text)

    def _read(self) -> None:
        with self._stream:
            for line in self._stream:
                with self._arrived:
                    self._lines.append(line)
                    self._arrived.notify_all()
        with self._arrived:
            self._ended = True
            self._arrived.notify_all()
