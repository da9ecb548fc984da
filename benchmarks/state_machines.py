"""State machines end to end, durable: one windsock, started for it, and clients on the same machine.

    python -m benchmarks.state_machines [--waiting 100000]

Chains of Pass states from 8 clients; a counter that goes round Choice and Pass, 8 executions together; chains
of Lambda tasks with real function processes, 4 executions together; one execution of a Map, inline and
distributed. A transition is a state that is entered. At the end, memory while many executions wait a day.

For each load: transitions a second until the last execution has ended and all it leads to is done (events
about executions are delivered), the processor time of the server for a transition, and the bytes that its
history takes on disk. On a busy machine the processor time tells more than the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pysqlite3
from benchmarks.put_events import SIGNED, Client, cpu_seconds, windsock

ROLE = "arn:aws:iam::000000000000:role/bench"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:echo"
DAY_SECONDS = 86_400
ITEMS = 1_000
STARTERS = 8
MEGABYTE = 1_000_000

LOOP = {
    "StartAt": "Done?",
    "States": {
        "Done?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericGreaterThanEquals": 1000, "Next": "End"}],
            "Default": "Count",
        },
        "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Done?"},
        "End": {"Type": "Succeed"},
    },
}


def chain(state: dict[str, Any], length: int, name: str = "S") -> dict[str, Any]:
    """A state so many times in a row."""
    last = length - 1
    states = {
        f"{name}{at}": {**state, **({"End": True} if at == last else {"Next": f"{name}{at + 1}"})}
        for at in range(length)
    }
    return {"StartAt": f"{name}0", "States": states}


def over_items(mode: dict[str, str]) -> dict[str, Any]:
    """A Map of Pass states."""
    processor = {"ProcessorConfig": mode, **chain({"Type": "Pass"}, 1, "Item")}
    return chain({"Type": "Map", "ItemProcessor": processor}, 1)


@dataclass(frozen=True)
class Load:
    """So many executions of a machine, so many started at the same time."""

    definition: dict[str, Any]
    given: Any
    executions: int
    starters: int
    transitions: int


LOADS = {
    "chains of 10 Pass": Load(chain({"Type": "Pass"}, 10), {"a": 1, "b": "hello"}, 4000, STARTERS, 10),
    "chains of 50 Pass": Load(chain({"Type": "Pass"}, 50), {"a": 1, "b": "hello"}, 2000, STARTERS, 50),
    "loops of 1,000 Choice, Pass": Load(LOOP, {"n": 0}, 16, STARTERS, 2002),
    "chains of 5 functions": Load(chain({"Type": "Task", "Resource": FUNCTION}, 5), {"a": 1}, 200, 4, 5),
    "Map of 1,000, inline": Load(over_items({"Mode": "INLINE"}), list(range(ITEMS)), 1, 1, ITEMS + 1),
    "Map of 1,000, Standard children": Load(
        over_items({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}),
        list(range(ITEMS)),
        1,
        1,
        ITEMS + 1,
    ),
    "Map of 1,000, Express children": Load(
        over_items({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}), list(range(ITEMS)), 1, 1, ITEMS + 1
    ),
}


class Bench:
    """A server and a client of it."""

    def __init__(self, client: Client, session: aiohttp.ClientSession, endpoint: str, pid: int) -> None:
        self._client = client
        self._session = session
        self._endpoint = endpoint
        self.pid = pid

    async def states(self, operation: str, **params: Any) -> dict[str, Any]:
        """A call of Step Functions."""
        answer: dict[str, Any] = await self._client.call("states", f"AWSStepFunctions.{operation}", params)
        return answer

    async def machine(self, name: str, definition: dict[str, Any]) -> str:
        """A new machine; its ARN."""
        text = json.dumps(definition)
        made = await self.states("CreateStateMachine", name=name, definition=text, roleArn=ROLE)
        arn: str = made["stateMachineArn"]
        return arn

    async def function(self) -> None:
        """The function of the chains of functions."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr("index.py", "def handler(event, context):\n    return event\n")
        params = {
            "FunctionName": "echo",
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "index.handler",
            "Code": {"ZipFile": base64.b64encode(archive.getvalue()).decode()},
        }
        url = f"{self._endpoint}/2015-03-31/functions"
        headers = {"authorization": SIGNED.format(service="lambda")}
        async with self._session.post(url, json=params, headers=headers) as response:
            response.raise_for_status()

    async def start(self, machine: str, given: Any, executions: int, starters: int) -> None:
        """Start executions, each client the next when one has been answered."""
        text = json.dumps(given)
        left = executions

        async def work() -> None:
            nonlocal left
            while left:
                left -= 1
                await self.states("StartExecution", stateMachineArn=machine, input=text)

        await asyncio.gather(*(work() for _ in range(starters)))

    async def settled(self) -> None:
        """Return once nothing runs and all there was to tell is told."""
        while await self._metric("windsock_tasks_waiting"):
            await asyncio.sleep(0.01)

    async def _metric(self, name: str) -> float:
        async with self._session.get(f"{self._endpoint}/_windsock/metrics") as response:
            lines = (await response.text()).splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


async def loads(bench: Bench, directory: Path) -> None:
    """Every load, one after the other."""
    await bench.function()
    print(f"{'':34}{'transitions/s':>14}{'seconds':>9}{'us cpu each':>13}{'bytes each':>12}")
    for number, (name, load) in enumerate(LOADS.items()):
        machine = await bench.machine(f"m{number}", load.definition)
        await bench.start(machine, load.given, 1, 1)
        await bench.settled()
        before = history_bytes(directory)
        cpu, began = cpu_seconds(bench.pid), time.perf_counter()
        await bench.start(machine, load.given, load.executions, load.starters)
        await bench.settled()
        seconds, cpu = time.perf_counter() - began, cpu_seconds(bench.pid) - cpu
        transitions = load.executions * load.transitions
        each = (history_bytes(directory) - before) / transitions
        print(
            f"{name:34}{transitions / seconds:>14,.0f}{seconds:>9.2f}"
            f"{cpu / transitions * 1e6:>13,.0f}{each:>12,.0f}"
        )


async def waiting(bench: Bench, executions: int) -> None:
    """Memory while executions wait."""
    machine = await bench.machine("waiting", chain({"Type": "Wait", "Seconds": DAY_SECONDS}, 1))
    await bench.start(machine, {"a": 1}, 100, STARTERS)
    await bench.settled()
    before, cpu, began = memory(bench.pid), cpu_seconds(bench.pid), time.perf_counter()
    await bench.start(machine, {"a": 1}, executions, 32)
    await bench.settled()
    print(
        f"{executions:,} waiting: started in {time.perf_counter() - began:,.0f} s "
        f"({(cpu_seconds(bench.pid) - cpu) / executions * 1e6:,.0f} us cpu each); "
        f"the server has {memory(bench.pid) / MEGABYTE:,.0f} MB, before them {before / MEGABYTE:,.0f} MB"
    )


def memory(pid: int) -> int:
    """The resident memory of a process in bytes (Linux)."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in line)
    return int(line.split()[1]) * 1024


def history_bytes(directory: Path) -> int:
    """What all histories take."""
    with reading(directory) as connection:
        found = connection.execute("SELECT total(length(events)) FROM stepfunctions_history").fetchone()
    return int(found[0])


@contextmanager
def reading(directory: Path) -> Iterator[Any]:
    """The database, read beside the server."""
    connection = pysqlite3.connect(f"file:{directory / 'windsock.db'}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


async def measure(where: tuple[str, int], directory: Path, executions: int) -> None:
    """All figures."""
    endpoint, pid = where
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        bench = Bench(Client(endpoint, session), session, endpoint, pid)
        await loads(bench, directory)
        if executions:
            await waiting(bench, executions)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description="State machines end to end.")
    parser.add_argument("--waiting", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, windsock(directory) as where:
        asyncio.run(measure(where, Path(directory), arguments.waiting))


if __name__ == "__main__":
    main()
