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
from windsock.runner.environment import environment
from windsock.runner.launch import BOOTSTRAPS, Launch
from windsock.runner.output import Output
from windsock.runner.runtime_api import RuntimeApi


class FunctionProcess:
    """A running process, what it says, what it prints, and its temporary directory.

    `code_snapshot` is the state its code had when it was started, if that is watched.
    """

    def __init__(
        self,
        code: FunctionCode,
        child: asyncio.subprocess.Process,
        surroundings: Surroundings,
        code_snapshot: Snapshot | None,
    ) -> None:
        self.code = code
        self.code_snapshot = code_snapshot
        self.log_stream = surroundings.log_stream
        self.output = surroundings.output
        self.conversation = surroundings.conversation
        self._surroundings = surroundings
        self._child = child
        self._watch = asyncio.create_task(self._see_it_end())

    @property
    def pid(self) -> int:
        """The id of the process, which is that of its group too."""
        return self._child.pid

    async def end(self) -> None:
        """Kill it with everything it started, and remove what it left. May be done twice."""
        self.kill()
        await asyncio.shield(self._watch)  # whoever ends it may be cancelled; the watch goes on
        await self._surroundings.clear_away()

    def kill(self) -> None:
        """Kill its whole group."""
        with contextlib.suppress(ProcessLookupError):  # none of them is left
            os.killpg(self._child.pid, signal.SIGKILL)

    async def _see_it_end(self) -> None:
        self.conversation.exited(await self._child.wait())


class Surroundings:
    """What there is of a process before it runs and after it has ended."""

    def __init__(self, api: RuntimeApi, log_stream: str, below: Path) -> None:
        self.log_stream = log_stream
        self.address, self.conversation = api.begin()
        self.output = Output()
        self.scratch = Path(tempfile.mkdtemp(dir=below))
        self._api = api

    async def clear_away(self) -> None:
        """Leave nothing behind."""
        self._api.end(self.address)
        self.output.close()
        await asyncio.to_thread(shutil.rmtree, self.scratch, ignore_errors=True)


async def start_process(
    code: FunctionCode,
    launch: Launch,
    *,
    api: RuntimeApi,
    confinement: Confinement,
    clock: Clock,
    scratches: Path,
    code_snapshot: Snapshot | None,
) -> FunctionProcess:
    """A new process of a function, its TMPDIR below `scratches`; it has not initialised yet."""
    surroundings = Surroundings(api, log_lines.log_stream(code.version, clock.now_ms()), scratches)
    try:
        child = await _spawn(code, launch, confinement, surroundings)
    except BaseException:
        await surroundings.clear_away()
        raise
    finally:
        surroundings.output.handed_over()
    return FunctionProcess(code, child, surroundings, code_snapshot)


async def _spawn(
    code: FunctionCode, launch: Launch, confinement: Confinement, surroundings: Surroundings
) -> asyncio.subprocess.Process:
    variables = environment(
        code,
        launch,
        runtime_api=surroundings.address,
        log_stream=surroundings.log_stream,
        scratch=confinement.temporary(surroundings.scratch),
    )
    command = confinement.command(
        launch.command,
        directory=code.code,
        scratch=surroundings.scratch,
        readable=(*code.layers, BOOTSTRAPS, *launch.needs),
    )
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=surroundings.output.write_end,
        stderr=surroundings.output.write_end,
        cwd=code.code,
        env=variables,
        start_new_session=True,
    )
