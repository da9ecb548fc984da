"""The runner: functions as processes of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from windsock.kernel.clock import Clock
from windsock.kernel.own_directories import OwnDirectory
from windsock.runner import failures, log_lines
from windsock.runner.code_snapshot import Snapshot, snapshot
from windsock.runner.confinement import Confinement, Processes, strongest
from windsock.runner.contract import FunctionCode, Invocation, Outcome
from windsock.runner.execution import execute, initialised
from windsock.runner.launch import NoEntrypoint
from windsock.runner.limits import INIT_SECONDS
from windsock.runner.process import FunctionProcess, start_process
from windsock.runner.runtime_api import RuntimeApi
from windsock.runner.runtimes import Runtimes
from windsock.runner.warm_pool import WarmPool


class ProcessRunner:
    """A FunctionRunner. `open` it before use, `close` it at the end.

    `clock` times how long idle processes are kept (what functions themselves may take is always real time),
    `node_modules` is where the AWS SDKs for JavaScript are installed, `interpreters` the programs to use for
    runtimes by their name (`{"python2.7": Path(...)}`), `hidden` the directories no function may see.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        node_modules: Path | None = None,
        interpreters: Mapping[str, Path] | None = None,
        hidden: Sequence[Path] = (),
    ) -> None:
        self._clock = clock
        self._hidden = hidden
        self._runtimes = Runtimes(interpreters or {}, node_modules)
        self._api = RuntimeApi()
        self._confinement: Confinement = Processes()
        self._pool = WarmPool()
        self._busy: set[FunctionProcess] = set()
        self._retired: set[FunctionProcess] = set()
        self._grew = asyncio.Event()
        self._retiring: asyncio.Task[None] | None = None
        self._scratches: OwnDirectory | None = None

    @property
    def mode(self) -> str:
        """How functions are kept apart: `processes`, or `processes in` bubblewrap or Landlock."""
        return self._confinement.mode

    async def open(self) -> None:
        """Serve the Runtime API and find out how functions can be confined here."""
        await self._api.open()
        self._scratches = await asyncio.to_thread(OwnDirectory)
        self._confinement = await strongest(self._hidden)
        self._retiring = asyncio.create_task(self._retire_as_time_goes_by())

    async def invoke(self, code: FunctionCode, invocation: Invocation) -> Outcome:
        """Run a function once, in a warm process or a new one. Never raises for what the function does.

        Raises InvalidRuntime for a runtime that cannot run here.
        """
        code_snapshot = await asyncio.to_thread(snapshot, code.code) if code.reload else None
        process = await self._warm(code.key, code_snapshot)
        init_ms = None
        if process is None:
            try:
                process, init_ms = await self._start(code, code_snapshot)
            except NoEntrypoint as reason:
                return self._without_entrypoint(code, invocation, str(reason))
        self._busy.add(process)
        try:
            outcome = await execute(process, invocation, clock=self._clock, init_ms=init_ms)
        except BaseException:  # cancelled: nobody else may get this process's late answer
            await self._end(process)
            raise
        await self._release(process)
        return outcome

    async def retire(self, key: str) -> None:
        """End the processes of a key: the idle ones now, the others after what they are doing."""
        self._retired |= {process for process in self._busy if process.code.key == key}
        await self._end_all(self._pool.take_all(key))

    async def retire_idle(self, now_ms: int) -> None:
        """End the processes that have waited for work too long."""
        await self._end_all(self._pool.take_idle(now_ms))

    async def close(self) -> None:
        """End all processes."""
        if self._retiring is not None:
            self._retiring.cancel()
            await asyncio.gather(self._retiring, return_exceptions=True)
        await self._end_all([*self._busy, *self._pool.take_everything()])
        await self._api.close()
        if self._scratches is not None:
            await asyncio.to_thread(self._scratches.remove)

    async def _warm(self, key: str, code_snapshot: Snapshot | None) -> FunctionProcess | None:
        while process := self._pool.take(key):
            if process.code_snapshot == code_snapshot and not process.conversation.over:
                return process
            await self._end(process)
        return None

    async def _start(
        self, code: FunctionCode, code_snapshot: Snapshot | None
    ) -> tuple[FunctionProcess, float | None]:
        """A new process, and how long it took to initialise in milliseconds.

        One that takes too long is started anew and given the invocation's own time: it has none then.
        """
        begun = self._clock.elapsed()
        process = await self._launch(code, code_snapshot)
        try:
            if await initialised(process, INIT_SECONDS):
                return process, (self._clock.elapsed() - begun) * 1000
        except BaseException:
            await self._end(process)
            raise
        await self._end(process)
        return await self._launch(code, code_snapshot), None

    async def _launch(self, code: FunctionCode, code_snapshot: Snapshot | None) -> FunctionProcess:
        if self._scratches is None:
            raise RuntimeError("The runner was not opened.")
        launch = await self._runtimes.family(code.runtime).launch(code)
        process = await start_process(
            code,
            launch,
            api=self._api,
            confinement=self._confinement,
            clock=self._clock,
            scratches=self._scratches.path,
            code_snapshot=code_snapshot,
        )
        self._busy.add(process)
        return process

    async def _release(self, process: FunctionProcess) -> None:
        if not process.conversation.asking or process in self._retired:
            await self._end(process)
            return
        self._busy.discard(process)
        self._pool.give_back(process, self._clock.now_ms())
        self._grew.set()

    async def _end(self, process: FunctionProcess) -> None:
        await process.end()
        self._busy.discard(process)
        self._retired.discard(process)

    async def _end_all(self, processes: Sequence[FunctionProcess]) -> None:
        self._busy.update(processes)  # known until they are gone: `close` finishes what was interrupted
        await asyncio.gather(*(self._end(process) for process in processes))

    async def _retire_as_time_goes_by(self) -> None:
        while True:
            self._grew.clear()
            due = self._pool.next_due()
            if due is None:
                await self._grew.wait()
            else:
                await self._clock.wait(asyncio.Event(), due)
                await self.retire_idle(self._clock.now_ms())

    def _without_entrypoint(self, code: FunctionCode, invocation: Invocation, looked_at: str) -> Outcome:
        failure = failures.no_entrypoint(invocation.request_id, looked_at)
        log = log_lines.start(invocation.request_id, code.version) + failure.printed
        log += log_lines.end(
            invocation.request_id,
            duration_ms=0,
            init_ms=None,
            memory_mb=code.memory_mb,
            used_mb=1,
            failure=failure,
        )
        stream = log_lines.log_stream(code.version, self._clock.now_ms())
        return Outcome(failure.payload, "Unhandled", log, stream, 0, None)
