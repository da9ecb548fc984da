"""Node.js functions: handlers of every age, the event loop, errors, and the SDKs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.unit.runner.functions import Ran, function, package, run

from windsock.runner.processes import ProcessRunner

HANDLERS = """
exports.callback = (event, context, callback) => callback(null, event);
exports.sync = (event) => { setTimeout(() => console.log('done late'), 1); };
exports.async = async (event) => ({ got: event });
exports.nested = { deep: { handler: async () => 'deep' } };
exports.succeed = (event, context) => context.succeed('s');
exports.done = (event, context) => context.done(null, 'd');
exports.sloppy = (event, context, callback) => { message = 'implicit'; callback(null, global.message); };
exports.waits = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event;
  setTimeout(() => console.log('after the callback'), 30);
  callback(null, 'answer');
};
exports.text = (event, context, callback) => callback('only a text');
exports.fail = (event, context) => context.fail('InstanceNotStopped');
exports.error = (event, context, callback) => callback(new TypeError('wrong'));
exports.rejects = async () => { throw new RangeError('far'); };
exports.throws = () => { throw new Error('at once'); };
exports.later = (event, context, callback) => { setTimeout(() => { throw new Error('later'); }, 1); };
exports.unhandled = (event, context, callback) => { Promise.reject(new Error('alone')); };
exports.never = async () => { await new Promise(() => {}); };
exports.exits = () => process.exit(4);
exports.prints = async () => {
  console.log('%s is', 'this', { a: [1] });
  console.error('bad');
  console.warn('hm');
};
exports.context = async (event, context) => Object.fromEntries(event.map((name) => [name, context[name]]));
exports.notAFunction = 5;
"""


async def node_run(
    runner: ProcessRunner, tmp_path: Path, handler: str, event: Any = None, runtime: str = "nodejs22.x"
) -> Ran:
    code = package(tmp_path / "code", {"index.js": HANDLERS})
    return await run(runner, function(code, runtime, f"index.{handler}"), event)


@pytest.mark.parametrize(
    ("handler", "result"),
    [
        ("callback", {"e": 1}),
        ("sync", None),
        ("async", {"got": {"e": 1}}),
        ("nested.deep.handler", "deep"),
        ("succeed", "s"),
        ("done", "d"),
        ("sloppy", "implicit"),
    ],
)
async def test_handlers_of_every_age(
    node_runner: ProcessRunner, tmp_path: Path, handler: str, result: Any
) -> None:
    for runtime in ("nodejs4.3", "nodejs22.x"):
        ran = await node_run(node_runner, tmp_path, handler, {"e": 1}, runtime)
        assert (ran.result, ran.error) == (result, "")


async def test_the_callback_waits_for_the_event_loop(node_runner: ProcessRunner, tmp_path: Path) -> None:
    waited = await node_run(node_runner, tmp_path, "waits", event=True)
    assert waited.result == "answer"
    assert waited.output[0].endswith("\tID\tINFO\tafter the callback")
    at_once = await node_run(node_runner, tmp_path, "waits", event=False)
    assert (at_once.result, at_once.output) == ("answer", [])


@pytest.mark.parametrize(
    ("handler", "kind", "message", "title"),
    [
        ("text", "string", "only a text", "Invoke Error"),
        ("fail", "string", "InstanceNotStopped", "Invoke Error"),
        ("error", "TypeError", "wrong", "Invoke Error"),
        ("rejects", "RangeError", "far", "Invoke Error"),
        ("throws", "Error", "at once", "Invoke Error"),
        ("later", "Error", "later", "Uncaught Exception"),
        ("unhandled", "Runtime.UnhandledPromiseRejection", "Error: alone", "Unhandled Promise Rejection"),
    ],
)
async def test_errors(
    node_runner: ProcessRunner, tmp_path: Path, handler: str, kind: str, message: str, title: str
) -> None:
    ran = await node_run(node_runner, tmp_path, handler)
    assert (ran.result["errorType"], ran.result["errorMessage"], ran.error) == (kind, message, "Unhandled")
    assert next(iter(ran.result)) == "errorType"
    assert f'\tID\tERROR\t{title} \t{{"errorType":"{kind}","errorMessage":"{message}"' in ran.output[0]
    if kind != "string":
        assert ran.result["trace"][0] == f"{kind}: {message}"


@pytest.mark.parametrize("handler", ["text", "fail"])
async def test_errors_of_old_runtimes_are_handled(
    node_runner: ProcessRunner, tmp_path: Path, handler: str
) -> None:
    ran = await node_run(node_runner, tmp_path, handler, runtime="nodejs4.3")
    assert ran.error == "Handled"
    assert ran.result == {"errorMessage": "only a text" if handler == "text" else "InstanceNotStopped"}
    ran = await node_run(node_runner, tmp_path, "error", runtime="nodejs6.10")
    assert (ran.result["errorMessage"], ran.result["errorType"]) == ("wrong", "TypeError")
    assert f"({tmp_path}/code/index.js" in ran.result["stackTrace"][0]


async def test_a_promise_that_never_settles(node_runner: ProcessRunner, tmp_path: Path) -> None:
    ran = await node_run(node_runner, tmp_path, "never")
    assert ran.result["errorType"] == "Runtime.NodeJsExit"


async def test_a_process_that_exits(node_runner: ProcessRunner, tmp_path: Path) -> None:
    ran = await node_run(node_runner, tmp_path, "exits")
    assert ran.result["errorMessage"].endswith("Error: Runtime exited with error: exit status 4")


async def test_console_lines(node_runner: ProcessRunner, tmp_path: Path) -> None:
    ran = await node_run(node_runner, tmp_path, "prints")
    assert [line.split("\t")[1:] for line in ran.output] == [
        ["ID", "INFO", "this is { a: [ 1 ] }"],
        ["ID", "ERROR", "bad"],
        ["ID", "WARN", "hm"],
    ]


async def test_the_context(node_runner: ProcessRunner, tmp_path: Path) -> None:
    names = ["functionName", "functionVersion", "memoryLimitInMB", "logStreamName", "awsRequestId"]
    ran = await node_run(node_runner, tmp_path, "context", names)
    assert ran.result == {
        "functionName": "under-test",
        "functionVersion": "$LATEST",
        "memoryLimitInMB": "256",
        "logStreamName": ran.outcome.log_stream,
        "awsRequestId": ran.request_id,
    }


BROKEN = {
    "index.js": HANDLERS,
    "syntax.js": "exports.handler = () => {",
    "missing.js": "require('nowhere')",
}


@pytest.mark.parametrize(
    ("handler", "kind", "message"),
    [
        ("syntax.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected end of input"),
        ("missing.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'nowhere'\n"),
        ("absent.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'absent'\n"),
        ("index.absent", "Runtime.HandlerNotFound", "index.absent is undefined or not exported"),
        ("index.notAFunction", "Runtime.HandlerNotFound", "index.notAFunction is not a function"),
        ("index", "Runtime.MalformedHandlerName", "Bad handler"),
    ],
)
async def test_what_keeps_a_function_from_initialising(
    node_runner: ProcessRunner, tmp_path: Path, handler: str, kind: str, message: str
) -> None:
    ran = await run(node_runner, function(package(tmp_path, BROKEN), "nodejs22.x", handler))
    assert (ran.result["errorType"], ran.error) == (kind, "Unhandled")
    assert ran.result["errorMessage"].startswith(message)
    assert ran.log.endswith(f"\tStatus: error\tError Type: {kind}\t\n")


MODULES = {
    "code/plain.mjs": "import { name } from 'installed';\nexport const handler = async () => name;\n",
    "code/typed/package.json": '{"type": "module"}',
    "code/typed/index.js": "export const handler = (event, context, callback) => callback(null, 'typed');\n",
    "code/typed/old.cjs": "exports.handler = async () => require('installed').name;\n",
    "installed/node_modules/installed/package.json": '{"main": "it.js"}',
    "installed/node_modules/installed/it.js": "exports.name = 'installed';\n",
}


@pytest.mark.parametrize(
    ("handler", "result"),
    [("plain.handler", "installed"), ("typed/index.handler", "typed"), ("typed/old.handler", "installed")],
)
async def test_modules_of_both_kinds_find_what_is_installed(
    node_runner: ProcessRunner, tmp_path: Path, handler: str, result: str
) -> None:
    code = package(tmp_path, MODULES) / "code"
    assert (await run(node_runner, function(code, "nodejs22.x", handler))).result == result


# A module with the structure of the SDK's: a client asks `region_config` for an endpoint if it has none.
SDK = {
    "installed/node_modules/aws-sdk/package.json": '{"main": "lib/aws.js"}',
    "installed/node_modules/aws-sdk/lib/region_config.js": """
exports.configureEndpoint = (service) => { service.config.endpoint = 'https://ec2.amazonaws.com'; };
""",
    "installed/node_modules/aws-sdk/lib/aws.js": """
const regionConfig = require('./region_config');
exports.config = { update(values) { Object.assign(this, values); } };
exports.EC2 = function (options) {
  this.config = Object.assign({}, exports.config, options);
  if (!this.config.endpoint) regionConfig.configureEndpoint(this);
  const { region, endpoint, s3ForcePathStyle } = this.config;
  this.describeSnapshots = () => ({ promise: async () => ({ region, endpoint, s3ForcePathStyle }) });
};
""",
}

SNAPSHOTS = """
'use strict';
const AWS = require('aws-sdk');
exports.handler = (event, context, callback) => {
  AWS.config.update({ region: event.region });
  const ec2 = new AWS.EC2(event.options);
  ec2.describeSnapshots().promise().then((found) => callback(null, found)).catch(callback);
};
"""


async def test_the_old_sdk_reaches_the_endpoint(node_runner: ProcessRunner, tmp_path: Path) -> None:
    package(tmp_path, SDK)
    reserved = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://windsock"}
    code = package(tmp_path / "code", {"index.js": SNAPSHOTS})
    of_old = function(code, "nodejs4.3", "index.handler", reserved=reserved)
    for region in ("us-west-2", "us-east-1"):
        ran = await run(node_runner, of_old, {"region": region})
        assert ran.result == {"region": region, "endpoint": "http://windsock", "s3ForcePathStyle": True}
    ran = await run(node_runner, of_old, {"region": "x", "options": {"endpoint": "http://own"}})
    assert ran.result == {"region": "x", "endpoint": "http://own"}


async def test_without_node_the_message_says_what_to_install(
    runner: ProcessRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match=r"^InvalidRuntimeException: nodejs22\.x needs Node\.js: install it"):
        await run(runner, function(package(tmp_path, {"index.js": HANDLERS}), "nodejs22.x", "index.async"))
