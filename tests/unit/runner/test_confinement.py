"""Bubblewrap: when it is used and what it is told. Landlock: what it does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.unit.runner.functions import function, package, run

from windsock.kernel.clock import RealClock
from windsock.runner.landlock import Landlock
from windsock.runner.processes import ProcessRunner

# Keeps what it is told and starts the program without confining it.
STAND_IN = """#!/bin/sh
printf '%s\\n' "$*" >> "$(dirname "$0")/told"
while [ "$1" != "--" ]; do shift; done
shift
exec "$@"
"""


def install(directory: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package(directory, {"bwrap": text})
    (directory / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")


async def test_where_bubblewrap_works_it_hides_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", STAND_IN, monkeypatch)
    data = tmp_path / "data"
    code = package(data / "packages" / "f", {"index.py": "def handler(event, context):\n    return 1\n"})
    runner = ProcessRunner(RealClock(), hidden=[data])
    await runner.open()
    try:
        assert runner.mode == "processes in bubblewrap"
        assert (await run(runner, function(code, "python3.12", "index.handler"))).result == 1
    finally:
        await runner.close()
    told = (tmp_path / "bin" / "told").read_text().splitlines()[-1]
    in_order = [
        "--unshare-pid",
        "--ro-bind / /",
        "--bind ",
        " /tmp ",
        f"--tmpfs {data}",
        f"--ro-bind {code} {code}",
        f"--chdir {code} -- /bin/sh",
    ]
    at = 0
    for part in in_order:
        at = told.index(part, at)


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 1\n", None])
async def test_where_it_is_not_permitted_or_missing_processes_are_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    if text is None:
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        install(tmp_path / "bin", text, monkeypatch)
    for landlock, mode in ((True, "processes in Landlock"), (False, "processes")):
        monkeypatch.setattr(Landlock, "is_there", lambda there=landlock: there)
        runner = ProcessRunner(RealClock())
        await runner.open()
        assert runner.mode == mode
        await runner.close()


needs_landlock = pytest.mark.skipif(
    not Landlock.is_there() and "CI" not in os.environ, reason="this kernel has no Landlock"
)

PRYING = """
import os, signal

def attempt(deed):
    try:
        return deed()
    except OSError as error:
        return type(error).__name__

def handler(event, context):
    return {
        "secret": attempt(lambda: open(event["secret"]).read()),
        "beside": attempt(lambda: open(event["beside"]).read()),
        "listing": attempt(lambda: os.listdir(os.path.dirname(event["secret"]))),
        "environment": attempt(lambda: open(f"/proc/{event['process']}/environ").read()),
        "signal": attempt(lambda: os.kill(event["process"], 0)),
        "elsewhere": attempt(lambda: open(event["beside"], "w").close()),
        "own": attempt(lambda: open(os.environ["TMPDIR"] + "/mine", "w").write("x")),
    }
"""


@needs_landlock
async def test_landlock_hides_data_and_other_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    data = package(tmp_path / "data", {"windsock.db": "all of it"})
    beside = package(tmp_path / "beside", {"file": "for anybody"})
    code = package(data / "packages" / "f", {"index.py": PRYING})
    runner = ProcessRunner(RealClock(), hidden=[data])
    await runner.open()
    try:
        told = await run(
            runner,
            function(code, "python3.12", "index.handler"),
            {"secret": str(data / "windsock.db"), "beside": str(beside / "file"), "process": os.getpid()},
        )
    finally:
        await runner.close()
    assert told.result == {
        "secret": "PermissionError",
        "beside": "for anybody",
        "listing": "PermissionError",
        "environment": "PermissionError",
        "signal": "PermissionError",
        "elsewhere": "PermissionError",
        "own": 1,
    }


async def test_limits_and_a_session_of_its_own(runner: ProcessRunner, tmp_path: Path) -> None:
    text = (
        "import os, resource\ndef handler(event, context):\n"
        "    mask = os.umask(0)\n"
        "    core, files = map(resource.getrlimit, [resource.RLIMIT_CORE, resource.RLIMIT_NOFILE])\n"
        "    return [core, files[0], mask, os.getsid(0) == os.getpid()]\n"
    )
    code = function(package(tmp_path, {"index.py": text}), "python3.12", "index.handler")
    assert (await run(runner, code)).result == [[0, 0], 1024, 0o022, True]
