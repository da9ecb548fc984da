"""Custom resources made by Node.js functions: the module they are given, and a copy of AWS's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.runner.functions import Receiver, function, package, run

from windsock.runner.processes import ProcessRunner

SEND = "(event, context, response.SUCCESS, { UUID: 'u' }, 'its-id')"
FUNCTIONS = {
    "old.js": f"""
const response = require('cfn-response');
exports.handler = (event, context) => {{ response.send{SEND}; }};
""",
    "promised.js": f"""
const response = require('cfn-response');
exports.handler = async (event, context) => {{ await response.send{SEND}; }};
""",
    "module.mjs": f"""
import response from 'cfn-response';
export const handler = async (event, context) => {{ await response.send{SEND}; }};
""",
}
# Takes from the URL what AWS's module takes.
COPY = """
const https = require('https');
const url = require('url');
exports.handler = (event, context) => {
  const body = JSON.stringify({ Status: 'SUCCESS', Data: event.StackId });
  const { hostname, path } = url.parse(event.ResponseURL);
  const headers = { 'content-type': '', 'content-length': body.length };
  const request = https.request({ hostname, port: 443, path, method: 'PUT', headers }, () => context.done());
  request.on('error', (error) => context.done(error));
  request.write(body);
  request.end();
};
"""


@pytest.mark.parametrize("module", ["old", "promised", "module"])
async def test_cfn_response_answers_cloudformation(
    node_runner: ProcessRunner, tmp_path: Path, receiver: Receiver, module: str
) -> None:
    code = function(package(tmp_path / "code", FUNCTIONS), "nodejs22.x", f"{module}.handler")
    ran = await run(node_runner, code, receiver.request())
    assert (ran.result, ran.error) == (None, "")
    assert receiver.bodies == [
        {
            "Status": "SUCCESS",
            "Reason": f"See the details in CloudWatch Log Stream: {ran.outcome.log_stream}",
            "PhysicalResourceId": "its-id",
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Custom",
            "NoEcho": False,
            "Data": {"UUID": "u"},
        }
    ]


async def test_a_copy_of_awss_module_reaches_windsock_without_tls(
    node_runner: ProcessRunner, tmp_path: Path, receiver: Receiver
) -> None:
    reserved = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": receiver.url.partition("/_windsock")[0]}
    code = function(package(tmp_path, {"index.js": COPY}), "nodejs8.10", "index.handler", reserved=reserved)
    ran = await run(node_runner, code, receiver.request())
    assert (ran.result, ran.error) == (None, "")
    assert receiver.bodies == [{"Status": "SUCCESS", "Data": "stack"}]
