"""Python functions: handlers, errors, context and environment as on Lambda."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.unit.runner.functions import ARN, function, package, run

from windsock.runner.errors import InvalidRuntime
from windsock.runner.processes import ProcessRunner

ECHO = "def handler(event, context):\n    return event\n"


@pytest.mark.parametrize("runtime", ["python3.6", "python3.9", f"python3.{sys.version_info.minor}"])
async def test_a_handler_answers_whatever_its_version(
    runner: ProcessRunner, tmp_path: Path, runtime: str
) -> None:
    ran = await run(
        runner, function(package(tmp_path, {"index.py": ECHO}), runtime, "index.handler"), {"ä": 1}
    )
    assert (ran.result, ran.error) == ({"ä": 1}, "")
    assert ran.log.startswith(
        "START RequestId: ID Version: $LATEST\nEND RequestId: ID\nREPORT RequestId: ID\t"
    )


@pytest.mark.parametrize(
    ("runtime", "payload"), [("python3.11", rb'"\u00e4"'), ("python3.12", '"ä"'.encode())]
)
async def test_results_of_older_runtimes_are_ascii(
    runner: ProcessRunner, tmp_path: Path, runtime: str, payload: bytes
) -> None:
    code = package(tmp_path, {"index.py": ECHO})
    ran = await run(runner, function(code, runtime, "index.handler"), "ä")
    assert ran.outcome.payload == payload


@pytest.mark.parametrize("handler", ["app/deep/module.handler", "app.deep.module.handler"])
async def test_handlers_in_packages(runner: ProcessRunner, tmp_path: Path, handler: str) -> None:
    files = {"app/__init__.py": "", "app/deep/__init__.py": "", "app/deep/module.py": ECHO}
    ran = await run(runner, function(package(tmp_path, files), "python3.12", handler), [1])
    assert ran.result == [1]


MODULES = {
    "missing.py": "import nowhere",
    "syntax.py": "def handler(:\n",
    "ended.py": "import sys\nsys.exit(7)\n",
    "empty.py": "",
    "broken.py": "raise KeyError('at import')\n",
}


@pytest.mark.parametrize(
    ("handler", "kind", "message"),
    [
        ("missing.handler", "Runtime.ImportModuleError", "Unable to import module 'missing': "
         "No module named 'nowhere'"),
        ("absent.handler", "Runtime.ImportModuleError", "Unable to import module 'absent': "
         "No module named 'absent'"),
        ("empty.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'empty'"),
        ("syntax.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'syntax': "
         "invalid syntax (syntax.py, line 1)"),
        ("handler", "Runtime.MalformedHandlerName", "Bad handler 'handler': "
         "not enough values to unpack (expected 2, got 1)"),
        ("sys.handler", "Runtime.BuiltInModuleConflict",
         "Cannot use built-in module sys as a handler module"),
        ("broken.handler", "KeyError", "'at import'"),
    ],
)  # fmt: skip
async def test_what_keeps_a_function_from_initialising(
    runner: ProcessRunner, tmp_path: Path, handler: str, kind: str, message: str
) -> None:
    ran = await run(runner, function(package(tmp_path, MODULES), "python3.12", handler))
    assert (ran.result["errorType"], ran.result["errorMessage"], ran.error) == (kind, message, "Unhandled")
    assert f"[ERROR] {kind}: {message}" in ran.log
    assert ran.log.endswith(f"\tStatus: error\tError Type: {kind}\t\n")


async def test_a_module_that_exits(runner: ProcessRunner, tmp_path: Path) -> None:
    ran = await run(runner, function(package(tmp_path, MODULES), "python3.12", "ended.handler"))
    text = f"RequestId: {ran.request_id} Error: Runtime exited with error: exit status 7"
    assert ran.result == {"errorType": "Runtime.ExitError", "errorMessage": text}


RAISES = """
class Odd(Exception):
    pass

def handler(event, context):
    raise Odd("so %s" % event)
"""


async def test_an_exception_with_its_trace(runner: ProcessRunner, tmp_path: Path) -> None:
    ran = await run(
        runner, function(package(tmp_path, {"index.py": RAISES}), "python3.12", "index.handler"), 5
    )
    frame = f'  File "{tmp_path}/index.py", line 6, in handler\n    raise Odd("so %s" % event)\n'
    assert ran.error == "Unhandled"
    assert list(ran.result.items()) == [
        ("errorMessage", "so 5"),
        ("errorType", "Odd"),
        ("requestId", ran.request_id),
        ("stackTrace", [frame]),
    ]
    assert ran.output == [
        "[ERROR] Odd: so 5",
        "Traceback (most recent call last):",
        *frame.splitlines(),
    ]


async def test_a_result_that_is_no_json(runner: ProcessRunner, tmp_path: Path) -> None:
    code = package(tmp_path, {"index.py": "def handler(event, context):\n    return {1, 2}\n"})
    ran = await run(runner, function(code, "python3.12", "index.handler"))
    assert ran.result["errorType"] == "Runtime.MarshalError"
    expected = "Unable to marshal response: Object of type set is not JSON serializable"
    assert ran.result["errorMessage"] == expected


LOGS = """
import logging, sys
print("while initialising")
def handler(event, context):
    print("to stdout, ä")
    print("to stderr", file=sys.stderr)
    logging.getLogger(__name__).warning("careful")
    logging.info("not at this level")
    print("to stdout again")
"""


async def test_output_and_logging_in_their_order(runner: ProcessRunner, tmp_path: Path) -> None:
    ran = await run(runner, function(package(tmp_path, {"index.py": LOGS}), "python3.12", "index.handler"))
    assert ran.log.startswith("while initialising\nSTART ")
    *before, careful, last = ran.output
    assert (before, last) == (["to stdout, ä", "to stderr"], "to stdout again")
    assert careful.startswith("[WARNING]\t")
    assert careful.endswith("Z\tID\tcareful")


CONTEXT = """
def handler(event, context):
    members = {name: getattr(context, name) for name in event}
    members["remaining"] = context.get_remaining_time_in_millis()
    members["custom"] = context.client_context.custom
    members["app_title"] = context.client_context.client.app_title
    members["identity"] = context.identity.cognito_identity_id
    return members
"""


async def test_the_context(runner: ProcessRunner, tmp_path: Path) -> None:
    names = [
        "function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb", "aws_request_id",
        "log_group_name", "log_stream_name",
    ]  # fmt: skip
    client = {"custom": {"name": "Zoë"}, "client": {"app_title": "it"}}
    code = function(package(tmp_path, {"index.py": CONTEXT}), "python3.12", "index.handler")
    ran = await run(runner, code, names, base64.b64encode(json.dumps(client).encode()).decode())
    told = ran.result
    assert 25_000 < told.pop("remaining") <= 30_000
    assert told == {
        "function_name": "under-test",
        "function_version": "$LATEST",
        "invoked_function_arn": ARN,
        "memory_limit_in_mb": "256",
        "aws_request_id": ran.request_id,
        "log_group_name": "/aws/lambda/under-test",
        "log_stream_name": ran.outcome.log_stream,
        "custom": {"name": "Zoë"},
        "app_title": "it",
        "identity": None,
    }


ENVIRONMENT = """
import os, tempfile
def handler(event, context):
    return {"variables": dict(os.environ), "directory": os.getcwd(), "temporary": tempfile.gettempdir(),
            "session": os.getsid(0) == os.getpid()}
"""


async def test_the_environment_is_lambdas_and_nothing_of_windsocks(
    runner: ProcessRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDSOCK_SECRET", "hidden")
    layer = tmp_path / "layer"
    code = function(
        package(tmp_path / "code", {"index.py": ENVIRONMENT}),
        "python3.12",
        "index.handler",
        environment={"STAGE": "test", "AWS_LAMBDA_FUNCTION_NAME": "forged"},
        layers=(layer,),
    )
    told: dict[str, Any] = (await run(runner, code)).result
    variables = told["variables"]
    assert "WINDSOCK_SECRET" not in variables
    assert "VIRTUAL_ENV" not in variables
    expected = {
        "STAGE": "test",
        "AWS_LAMBDA_FUNCTION_NAME": "under-test",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/under-test",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "LAMBDA_TASK_ROOT": str(tmp_path / "code"),
        "_HANDLER": "index.handler",
        "_X_AMZN_TRACE_ID": "Root=1-5759e988",
        "TZ": ":UTC",
    }
    assert {name: variables.get(name) for name in expected} == expected
    assert variables["AWS_LAMBDA_LOG_STREAM_NAME"].startswith("2017/01/02/[$LATEST]")
    assert variables["PYTHONPATH"].split(os.pathsep)[:2] == [
        f"{layer}/python",
        f"{layer}/python/lib/python3.12/site-packages",
    ]
    assert told["directory"] == str(tmp_path / "code")
    assert told["temporary"] == variables["TMPDIR"]
    assert not Path(variables["TMPDIR"]).is_relative_to(tmp_path)
    assert told["session"]


async def test_the_temporary_directory_goes_with_its_process(runner: ProcessRunner, tmp_path: Path) -> None:
    text = "import tempfile\ndef handler(event, context):\n    return tempfile.mkstemp()[1]\n"
    code = function(package(tmp_path, {"index.py": text}), "python3.12", "index.handler")
    left = Path((await run(runner, code)).result)
    assert await asyncio.to_thread(left.exists)
    await runner.retire(code.key)
    assert not await asyncio.to_thread(left.parent.exists)


async def test_python_2_is_never_replaced(
    runner: ProcessRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = function(package(tmp_path, {"index.py": ECHO}), "python2.7", "index.handler")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidRuntime, match=r"python2\.7 needs a Python 2\.7 interpreter: install one"):
        await run(runner, code)
