"""Programs that speak the Runtime API themselves, and what the API answers them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.runner.functions import function, package, run

from windsock.runner.processes import ProcessRunner

# A bootstrap of a custom runtime: any program will do, here one of ours in few lines.
BOOTSTRAP = """#!/usr/bin/env python3
import os, urllib.error, urllib.request

BASE = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime"

def status(path, body):
    try:
        return urllib.request.urlopen(BASE + path, body).status
    except urllib.error.HTTPError as refused:
        return refused.code

while True:
    with urllib.request.urlopen(BASE + "/invocation/next") as offer:
        request_id = offer.headers["Lambda-Runtime-Aws-Request-Id"]
        body = offer.read()
    wrong = status("/invocation/of-another/response", b"{}")
    late = status("/init/error", b"{}")
    forged = status("/../../forged/2018-06-01/runtime/init/error", b"{}")
    answer = b'{"event": %s, "statuses": [%d, %d, %d]}' % (body, wrong, late, forged)
    print("accepted", status("/invocation/" + request_id + "/response", answer), flush=True)
"""


@pytest.mark.parametrize("runtime", ["provided", "provided.al2", "provided.al2023", "go1.x"])
async def test_a_bootstrap_in_the_package(runner: ProcessRunner, tmp_path: Path, runtime: str) -> None:
    code = function(package(tmp_path, {"bootstrap": BOOTSTRAP}), runtime, "main")
    ran = await run(runner, code, {"a": 1})
    assert (ran.result, ran.error) == ({"event": {"a": 1}, "statuses": [400, 403, 404]}, "")
    assert ran.output == ["accepted 202"]
    assert (await run(runner, code, 2)).outcome.init_ms is None


async def test_a_bootstrap_in_a_layer_and_a_program_named_by_the_handler(
    runner: ProcessRunner, tmp_path: Path
) -> None:
    layer = package(tmp_path / "layer", {"bootstrap": BOOTSTRAP})
    empty = package(tmp_path / "empty", {"readme": ""})
    assert (await run(runner, function(empty, "provided.al2", "x", layers=(layer,)))).error == ""
    program = package(tmp_path / "go", {"bin/main": BOOTSTRAP})
    assert (await run(runner, function(program, "go1.x", "bin/main"))).error == ""


async def test_no_bootstrap_at_all(runner: ProcessRunner, tmp_path: Path) -> None:
    ran = await run(runner, function(package(tmp_path, {"readme": ""}), "provided.al2023", "x"))
    text = "Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    assert ran.result == {
        "errorType": "Runtime.InvalidEntrypoint",
        "errorMessage": f"RequestId: {ran.request_id} {text}",
    }
    assert ran.output == [f"RequestId: ID {text}", "Runtime.InvalidEntrypoint"]
    assert ran.log.endswith("\tStatus: error\tError Type: Runtime.InvalidEntrypoint\t\n")
