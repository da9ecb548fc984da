"""Children of the simulation at once: forked from a process that has moto loaded, instead of started.

`python -m tests.simulated SOCKET` is that process. A child forked from it is as new as any other, and is
there after some 10 ms instead of a second.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from windsock.simulation.backend.child_process import ENVIRONMENT, ChildProcess

_PID = struct.Struct(">I")


@contextmanager
def template(directory: Path) -> Iterator[Path]:
    """A process to fork children from, until the block ends; the socket it listens on."""
    place = directory / "template"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.simulated", str(place)],
        stdout=subprocess.PIPE,
        env={**os.environ, **ENVIRONMENT},
        cwd=Path(__file__).parent.parent,
    )
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
    try:
        yield place
    finally:
        process.kill()
        process.wait()


async def fork_child(place: Path, directory: Path) -> ChildProcess:
    """A new child that works in `directory`."""
    reader, writer = await asyncio.open_unix_connection(place)
    writer.write(f"{directory}\n".encode())
    (pid,) = _PID.unpack(await reader.readexactly(_PID.size))
    return ChildProcess(Forked(pid), reader, writer, directory)


class Forked:
    """A process that is not a child of this one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)

    async def wait(self) -> int:
        """Return once it has ended; its status is its parent's to know."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(self._handle, ended.set)
        await ended.wait()
        loop.remove_reader(self._handle)
        return 0


def _serve(place: str) -> None:
    from windsock.simulation.child import moments, watching
    from windsock.simulation.child.adjustments import apply_all
    from windsock.simulation.child.serving import Server

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    moments.take_over()
    watching.take_over()
    changes = apply_all()
    _load()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        print("ready", flush=True)
        while True:
            connection, _ = listening.accept()
            if os.fork():
                connection.close()
                continue
            with connection:
                os.chdir(connection.makefile().readline().strip())
                connection.sendall(_PID.pack(os.getpid()))
                Server(connection, changes, durable=False).serve()
            os._exit(0)


def _load() -> None:
    """Have the models of EC2 and S3 read, and what moto makes of them; nothing of that is state."""
    from moto.core.base_backend import BackendDict

    from windsock.simulation.child.execute import execute

    reads = {"autoscaling": "DescribeTags", "ec2": "DescribeVpcs", "s3": "ListBuckets"}
    for service, operation in reads.items():
        execute(service, operation, {}, "000000000000", "us-east-1")
    BackendDict.reset()


if __name__ == "__main__":
    _serve(sys.argv[1])
