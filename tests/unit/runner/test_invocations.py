"""How invocations end and processes are kept, whatever the language."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from tests.unit.runner.conftest import START_MS
from tests.unit.runner.functions import function, package, run

from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError
from windsock.runner.limits import IDLE_MS, MAX_RESPONSE_BYTES
from windsock.runner.processes import ProcessRunner

COUNTS = (
    "import os\nn = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return [n, os.getpid()]\n"
)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_warm_process_serves_one_invocation_after_another(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    code = function(package(tmp_path, {"index.py": COUNTS}), "python3.12", "index.handler")
    first, second = await run(runner, code), await run(runner, code)
    assert [first.result[0], second.result[0]] == [1, 2]
    assert first.result[1] == second.result[1]
    assert first.outcome.log_stream == second.outcome.log_stream
    assert first.outcome.init_ms is not None
    assert second.outcome.init_ms is None
    assert "Init Duration" in first.log
    assert "Init Duration" not in second.log


async def test_invocations_at_once_have_a_process_each(runner: ProcessRunner, tmp_path: Path) -> None:
    meet = (
        "import os, time\ndef handler(event, context):\n"
        "    open(event + '/' + str(os.getpid()), 'w').close()\n"
        "    while len(os.listdir(event)) < 2: time.sleep(0.005)\n"
    )
    met = tmp_path / "met"
    met.mkdir()
    code = function(package(tmp_path / "code", {"index.py": meet}), "python3.12", "index.handler")
    both = await asyncio.gather(run(runner, code, str(met)), run(runner, code, str(met)))
    assert [ran.error for ran in both] == ["", ""]
    assert both[0].outcome.log_stream != both[1].outcome.log_stream


async def test_a_retired_process_ends(runner: ProcessRunner, tmp_path: Path) -> None:
    code = function(package(tmp_path, {"index.py": COUNTS}), "python3.12", "index.handler")
    _, pid = (await run(runner, code)).result
    await runner.retire(code.key)
    assert not alive(pid)
    assert (await run(runner, code)).result[0] == 1


async def test_idle_processes_are_retired_by_the_clock(
    runner: ProcessRunner, clock: VirtualClock, tmp_path: Path
) -> None:
    code = function(package(tmp_path, {"index.py": COUNTS}), "python3.12", "index.handler")
    _, pid = (await run(runner, code)).result
    await runner.retire_idle(START_MS + IDLE_MS - 1)
    assert alive(pid)
    clock.move_to(START_MS + IDLE_MS)
    while alive(pid):  # the runner sees to it by itself
        await asyncio.get_running_loop().run_in_executor(None, os.getpid)


async def test_closing_ends_everything(clock: VirtualClock, tmp_path: Path) -> None:
    runner = ProcessRunner(clock)
    await runner.open()
    code = function(package(tmp_path, {"index.py": COUNTS}), "python3.12", "index.handler")
    _, pid = (await run(runner, code)).result
    await runner.close()
    assert not alive(pid)


SLOW = """
import os, subprocess, time
def handler(event, context):
    child = subprocess.Popen(["sleep", "600"])
    with open(event, "w") as file:
        file.write("%d %d" % (os.getpid(), child.pid))
    print("about to sleep")
    time.sleep(600)
"""


async def test_a_timeout_kills_the_whole_group(runner: ProcessRunner, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = function(
        package(tmp_path / "code", {"index.py": SLOW}), "python3.12", "index.handler", timeout_seconds=0.5
    )
    ran = await run(runner, code, str(pids))
    assert ran.error == "Unhandled"
    assert ran.result == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {ran.request_id} Error: Task timed out after 0.50 seconds",
    }
    assert ran.output == [
        "about to sleep",
        "2017-01-02T00:00:00.000Z ID Task timed out after 0.50 seconds",
        "",
    ]
    assert ran.log.endswith("\tStatus: timeout\t\n")
    function_pid, _ = (int(pid) for pid in pids.read_text().split())
    assert not alive(function_pid)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("os._exit(0)", "Runtime exited without providing a reason"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("os.kill(os.getpid(), 11)", "Runtime exited with error: signal: segmentation fault"),
    ],
)
async def test_a_process_that_ends_before_it_answers(
    runner: ProcessRunner, tmp_path: Path, statement: str, reason: str
) -> None:
    text = f"import os\ndef handler(event, context):\n    print('last words')\n    {statement}\n"
    code = function(package(tmp_path, {"index.py": text}), "python3.12", "index.handler")
    ran = await run(runner, code)
    message = f"RequestId: {ran.request_id} Error: {reason}"
    assert ran.result == {"errorType": "Runtime.ExitError", "errorMessage": message}
    assert ran.output == ["last words", f"RequestId: ID Error: {reason}", "Runtime.ExitError"]
    assert ran.log.endswith("\tStatus: error\tError Type: Runtime.ExitError\t\n")
    assert (await run(runner, code)).outcome.init_ms is not None


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux only")
async def test_too_much_memory(runner: ProcessRunner, tmp_path: Path) -> None:
    text = "import time\ndef handler(event, context):\n    kept = b'x' * 200_000_000\n    time.sleep(60)\n"
    code = function(package(tmp_path, {"index.py": text}), "python3.12", "index.handler", memory_mb=128)
    ran = await run(runner, code)
    message = f"RequestId: {ran.request_id} Error: Runtime exited with error: signal: killed"
    assert ran.result == {"errorType": "Runtime.ExitError", "errorMessage": message}
    assert "\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t" in ran.log
    assert ran.log.endswith("\tStatus: error\tError Type: Runtime.OutOfMemory\t\n")


async def test_a_response_that_is_too_large(runner: ProcessRunner, tmp_path: Path) -> None:
    text = "def handler(event, context):\n    return 'x' * event\n"
    code = function(package(tmp_path, {"index.py": text}), "python3.12", "index.handler")
    assert (await run(runner, code, MAX_RESPONSE_BYTES - 2)).error == ""
    ran = await run(runner, code, MAX_RESPONSE_BYTES - 1)
    assert ran.result == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert (await run(runner, code, 1)).outcome.init_ms is None, "the process is none the worse"


async def test_code_in_the_users_directory_is_read_anew_when_it_changes(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    code = function(package(tmp_path, {"index.py": COUNTS}), "python3.12", "index.handler", reload=True)
    results = [(await run(runner, code)).result[0] for _ in range(2)]
    package(tmp_path, {"index.py": COUNTS.replace("n = 0", "n = 9")})
    os.utime(tmp_path / "index.py", ns=(1, 1))
    results.append((await run(runner, code)).result[0])
    assert results == [1, 2, 10]
    assert await asyncio.to_thread(os.listdir, tmp_path) == ["index.py"], "nothing is left behind in it"


async def test_a_cancelled_invocation_takes_its_process_with_it(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    os.mkfifo(pids)
    code = function(package(tmp_path / "code", {"index.py": SLOW}), "python3.12", "index.handler")
    running = asyncio.create_task(run(runner, code, str(pids)))
    told = await asyncio.to_thread(pids.read_text)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not alive(int(told.split()[0]))


@pytest.mark.parametrize("runtime", ["java21", "ruby3.3", "dotnet8", "python4.0", "nodejs22.x-beta"])
async def test_runtimes_that_cannot_run_here(runner: ProcessRunner, tmp_path: Path, runtime: str) -> None:
    with pytest.raises(AwsError) as refused:
        await run(runner, function(tmp_path, runtime, "index.handler"))
    assert refused.value.code == "InvalidRuntimeException"
    assert runtime in refused.value.message
