"""A runner of real processes, on a clock that stands still."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from tests.unit.runner.functions import Receiver

from windsock.kernel.clock import VirtualClock
from windsock.runner.confinement import Confinement, Processes
from windsock.runner.processes import ProcessRunner

START_MS = 1_483_315_200_000  # 2017-01-02T00:00:00Z


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START_MS)


@pytest.fixture
async def runner(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ProcessRunner]:
    """Plain processes, also on a machine that has bubblewrap: what they see is what is tested."""

    async def plain(hidden: Sequence[Path]) -> Confinement:
        return Processes()

    monkeypatch.setattr("windsock.runner.processes.strongest", plain)
    runner = ProcessRunner(clock)
    await runner.open()
    yield runner
    await runner.close()


@pytest.fixture
def node() -> str:
    """Node.js: where it is missing the test is skipped, except in CI, which installs it."""
    found = shutil.which("node")
    if found is None and "CI" not in os.environ:
        pytest.skip("Node.js is not installed")
    assert found, "CI installs Node.js"
    return found


@pytest.fixture
async def node_runner(node: str, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[ProcessRunner]:
    """A runner with a directory `node_modules` in the test's own."""
    runner = ProcessRunner(clock, node_modules=tmp_path / "installed" / "node_modules")
    await runner.open()
    yield runner
    await runner.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    path = "/_windsock/cloudformation/responses/token"
    app = web.Application()
    app.router.add_route("*", path, receiver.put)
    server = web.AppRunner(app)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{server.addresses[0][1]}{path}"
    yield receiver
    await server.cleanup()
