"""The child process as windsock sees it: started, asked, and gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import Any, Final, Protocol

from windsock.simulation.backend.limits import CALL_SECONDS
from windsock.simulation.backend.wire import HEAD, decode, pack

Message = dict[str, Any]

# Nothing of the user's: their AWS settings would change what botocore does. Sets must always iterate alike.
ENVIRONMENT: Final = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_INHERITED: Final = ("PATH", "LANG", "HOME", "PYTHONPATH", "TMPDIR", "LD_LIBRARY_PATH")


class Process(Protocol):
    """What is asked of the process itself."""

    @property
    def pid(self) -> int:
        """Its id."""

    def kill(self) -> None:
        """End it at once."""

    async def wait(self) -> int:
        """Return once it has ended, with its status."""


class ChildGone(Exception):
    """The child ended, or was ended because it did not answer, before the answer was there."""


class ChildProcess:
    """A running child. It works in `directory`, where the bodies of objects are."""

    def __init__(
        self,
        process: Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        directory: Path,
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._directory = directory

    @classmethod
    async def start(cls, directory: Path, *, durable: bool) -> ChildProcess:
        """A new one, which answers as soon as moto is loaded: half a second.

        The states that a `durable` one writes are on disk when it says so.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "windsock.simulation.child",
                str(theirs.fileno()),
                "durable" if durable else "volatile",
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                cwd=directory,
                env=ENVIRONMENT | {name: os.environ[name] for name in _INHERITED if name in os.environ},
                start_new_session=True,
            )
        reader, writer = await asyncio.open_connection(sock=ours)
        return cls(process, reader, writer, directory)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ask(self, message: Message) -> Message:
        """The answer to a message. Raises ChildGone."""
        try:
            self._writer.write(pack(message))
            await self._writer.drain()
            answering = asyncio.ensure_future(self._answer())
            done, _ = await asyncio.wait((answering,), timeout=CALL_SECONDS)
            if not done:
                answering.cancel()
                raise ChildGone(f"no answer within {CALL_SECONDS} seconds")
            return answering.result()
        except (OSError, asyncio.IncompleteReadError) as error:
            raise ChildGone("it ended") from error

    async def _answer(self) -> Message:
        (size,) = HEAD.unpack(await self._reader.readexactly(HEAD.size))
        answer: Message = decode(await self._reader.readexactly(size), self._directory)
        return answer

    async def ended(self) -> int:
        """Wait until it has ended; its exit status."""
        return await self._process.wait()

    async def end(self) -> None:
        """Kill it and wait until it is gone. May be done twice."""
        self._writer.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
