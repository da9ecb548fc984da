"""One process of a function: AWS calls it an execution environment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path

from windsock.kernel.clock import Clock
from windsock.runner import log_lines
from windsock.runner.code_snapshot import Snapshot
from windsock.runner.confinement import Confinement
from windsock.runner.contract import FunctionCode
from windsock.runner.conversation import Conversation
from windsock.runner.environment import environment
from windsock.runner.launch import BOOTSTRAPS, Launch
from windsock.runner.output import Output
from windsock.runner.runtime_api import RuntimeApi


class FunctionProcess:
    """A running process, what it says, what it prints, and its temporary directory."""

    def __init__(
        self, code: FunctionCode, api: RuntimeApi, scratch: Path, log_stream: str, taken: Snapshot | None
    ) -> None:
        self.code = code
        self.log_stream = log_stream
        self.code_snapshot = taken
        self.address, self.conversation = api.begin()
        self.output = Output()
        self._api = api
        self._scratch = scratch
        self._child: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The id of the process, which is that of its group too."""
        assert self._child is not None  # it is started before anyone else has it
        return self._child.pid

    async def start(self, launch: Launch, confinement: Confinement) -> None:
        """Start it; returns before it has initialised."""
        code = self.code
        variables = environment(
            code,
            launch,
            runtime_api=self.address,
            log_stream=self.log_stream,
            scratch=confinement.temporary(self._scratch),
        )
        command = confinement.command(
            launch.command,
            directory=code.code,
            scratch=self._scratch,
            readable=(*code.layers, BOOTSTRAPS, *launch.needs),
        )
        self._child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=self.output.write_end,
            stderr=self.output.write_end,
            cwd=code.code,
            env=variables,
            start_new_session=True,
        )
        self.output.started()
        self._watch = asyncio.create_task(self._see_it_end(self._child))

    async def end(self) -> None:
        """Kill it with everything it started, and remove what it left."""
        self.kill()
        if self._watch is not None:
            await self._watch
        self._api.end(self.address)
        self.output.close()
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    def kill(self) -> None:
        """Kill its whole group."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):  # none of them is left
                os.killpg(self._child.pid, signal.SIGKILL)

    async def _see_it_end(self, child: asyncio.subprocess.Process) -> None:
        self.conversation.exited(await child.wait())


async def start_process(
    code: FunctionCode,
    launch: Launch,
    *,
    api: RuntimeApi,
    confinement: Confinement,
    clock: Clock,
    taken: Snapshot | None,
) -> FunctionProcess:
    """A new process of a function; `taken` is the state of its code when that is watched."""
    scratch = Path(tempfile.mkdtemp(prefix="windsock-function-"))
    process = FunctionProcess(code, api, scratch, log_lines.log_stream(code.version, clock.now_ms()), taken)
    try:
        await process.start(launch, confinement)
    except BaseException:
        await process.end()
        raise
    return process
