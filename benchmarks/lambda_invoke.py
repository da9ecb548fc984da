"""What starting and invoking a function costs, beside the least that any process costs.

python benchmarks/lambda_invoke.py [ROUNDS]

A cold start is the time from asking for an invocation to its answer with no process running; a warm
invocation is the same with one waiting. The floors are a bare interpreter that starts and answers one line
over a pipe, and the round trip of such a line to an interpreter that is running. Times are the median and
the 99th percentile in milliseconds of wall-clock time, floors and contestants taking turns.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from windsock.kernel.clock import RealClock
from windsock.runner.contract import FunctionCode, Invocation
from windsock.runner.processes import ProcessRunner

COLD_ROUNDS = 20
WARM_ROUNDS = 1_000
ECHO = "import sys\nfor line in sys.stdin:\n    print(line, end='', flush=True)\n"
FUNCTIONS = {
    f"python3.{sys.version_info.minor}": ("index.py", "def handler(event, context):\n    return event\n"),
    "nodejs22.x": ("index.js", "exports.handler = async (event) => event;\n"),
}


class Pipe:
    """The floor: an interpreter that repeats lines."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    async def round_trip(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(b"{}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == b"{}\n"

    def close(self) -> None:
        self._process.communicate()


async def pipe_start() -> None:
    pipe = Pipe()
    await pipe.round_trip()
    pipe.close()


class Function:
    """A function that returns what it gets."""

    def __init__(self, runner: ProcessRunner, runtime: str, directory: Path) -> None:
        file, text = FUNCTIONS[runtime]
        (directory / file).write_text(text)
        arn = "arn:aws:lambda:eu-west-1:111122223333:function:echo"
        self._code = FunctionCode(runtime, "echo", "$LATEST", arn, runtime, "index.handler", directory)
        self._runner = runner

    async def invoke(self) -> None:
        outcome = await self._runner.invoke(self._code, Invocation(str(uuid.uuid4()), b"{}", self._code.arn))
        assert outcome.payload == b"{}", outcome.log

    async def start(self) -> None:
        await self._runner.retire(self._code.key)
        await self.invoke()


async def measure(contestants: dict[str, Callable[[], Awaitable[None]]], rounds: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            begun = time.perf_counter()
            await contestant()
            times[name].append((time.perf_counter() - begun) * 1000)
    for name, taken in times.items():
        print(f"{name:<28}{statistics.median(taken):>9.2f}{statistics.quantiles(taken, n=100)[98]:>9.2f}")


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else WARM_ROUNDS
    runner = ProcessRunner(RealClock())
    await runner.open()
    with tempfile.TemporaryDirectory() as directory:
        runtimes = [name for name in FUNCTIONS if name.startswith("python") or shutil.which("node")]
        functions = {name: Function(runner, name, Path(directory)) for name in runtimes}
        pipe = Pipe()
        print(f"{runner.mode:<28}{'median':>9}{'p99':>9}")
        cold = {f"{name} cold start": function.start for name, function in functions.items()}
        await measure({"bare interpreter": pipe_start, **cold}, COLD_ROUNDS)
        warm = {f"{name} warm": function.invoke for name, function in functions.items()}
        await measure({"bare pipe round trip": pipe.round_trip, **warm}, rounds)
        pipe.close()
        await runner.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(main())
