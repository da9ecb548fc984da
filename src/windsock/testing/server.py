"""A windsock process of a test's own: started on a free port, moved through time, stopped or killed."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self, TextIO, cast

from windsock.kernel.spans import seconds_of
from windsock.testing.account import Account

_GREETING: Final = r"windsock is up at (http://\S+)"
# Accounts of tests are told from others at a glance.
_FIRST_ACCOUNT: Final = 100_000_000_001


class ServerEnded(Exception):
    """The process ended: before it listened, or not cleanly. The message has what it printed."""


class Refused(Exception):
    """windsock refused what one of its own paths was asked for. The message says why."""


def start(*flags: str, port: int = 0, env: Mapping[str, str] | None = None) -> Server:
    """Start `windsock up` with these flags; returns once it listens, on a free port unless one is given.

    `env` is the environment of the process, that of this one unless given. Whoever starts it ends it: by
    `stop`, or by using it in a `with` block. Raises ServerEnded.
    """
    process = subprocess.Popen(  # noqa: S603 - this very windsock, with the caller's flags
        [sys.executable, "-m", "windsock", "up", "--port", str(port), *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=None if env is None else dict(env),
    )
    output = _Output(cast(TextIO, process.stdout))
    greeting = output.find(_GREETING)
    if greeting is None:
        process.wait()
        output.close()
        raise ServerEnded(f"windsock did not start: {output.text}")
    return Server(process, greeting[1], output)


class Server:
    """A windsock process that listens at `endpoint`."""

    def __init__(self, process: subprocess.Popen[str], endpoint: str, output: _Output) -> None:
        self.process = process
        self.endpoint = endpoint
        self._output = output
        self._accounts = itertools.count(_FIRST_ACCOUNT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.stop()
        else:
            self.kill()

    @property
    def output(self) -> str:
        """What the process has printed so far."""
        return self._output.text

    def wait_for_output(self, pattern: str) -> re.Match[str]:
        """Wait until the process has printed what matches. Raises ServerEnded when it ends without."""
        found = self._output.find(pattern)
        if found is None:
            raise ServerEnded(f"windsock ended without printing {pattern!r}: {self.output}")
        return found

    def account(self, number: str = "", region: str = "us-east-1") -> Account:
        """An account of this windsock: the one with this number, or a new one, in which nothing is yet."""
        return Account(self, number or str(next(self._accounts)), region)

    def advance(self, span: str | float | timedelta) -> Any:
        """Let virtual time pass: `"30d"`, seconds, or a timedelta. Raises Refused where the clock is real.

        Returns when all that fell due has happened, in order, and has settled.
        """
        seconds = seconds_of(span) if isinstance(span, str) else span
        if isinstance(seconds, timedelta):
            seconds = seconds.total_seconds()
        return self.post("clock/advance", {"seconds": seconds})

    def settle(self) -> None:
        """Return once nothing is under way: what was accepted has been delivered, or waits for its time."""
        self.advance(0)

    def get(self, path: str, **query: str) -> Any:
        """The decoded answer to a GET below `/_windsock/`. Raises Refused."""
        return json.loads(self.text(path, **query))

    def text(self, path: str, **query: str) -> str:
        """The answer to a GET below `/_windsock/` as it comes. Raises Refused."""
        return _answer(urllib.request.Request(self._url(path, query)))  # noqa: S310 - our own http address

    def post(self, path: str, body: Mapping[str, Any], **query: str) -> Any:
        """The decoded answer to a POST below `/_windsock/`. Raises Refused."""
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self._url(path, query), json.dumps(body).encode(), headers)  # noqa: S310 - our own http address
        return json.loads(_answer(request))

    def stop(self) -> None:
        """Tell it to stop, and wait until it has. Raises ServerEnded unless it does so cleanly."""
        self.process.terminate()
        self.process.wait()
        self._output.close()
        if self.process.returncode != 0:
            raise ServerEnded(f"windsock ended with {self.process.returncode}: {self.output}")

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL); returns when it is gone."""
        self.process.kill()
        self.process.wait()
        self._output.close()

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return f"{self.endpoint}/_windsock/{path}{asked}"


def _answer(request: urllib.request.Request) -> str:
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310 - our own http address
            return str(response.read(), "utf-8")
    except urllib.error.HTTPError as error:
        raise Refused(json.loads(error.read())["message"]) from error


class _Output:
    """Reads all that a process prints, so that its pipe never fills."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
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
