"""Invoking a function and waiting for its answer."""

from __future__ import annotations

import asyncio
import base64
import re
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import (
    ACCOUNT,
    ARN,
    Failure,
    ScriptedRunner,
    invoke,
    make_function,
)

from windsock.engine.tables import metric_minutes
from windsock.kernel.access_keys import issuing_account
from windsock.kernel.errors import AwsError


def metrics(driver: Driver, name: str) -> float:
    rows = driver.engine.store.read(lambda tx: tx.rows(metric_minutes.select()))
    return float(sum(row.total for row in rows if row.namespace == "AWS/Lambda" and row.name == name))


async def test_the_answer_of_a_function(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    runner.handler = lambda event: {"given": event}
    answer = await invoke(driver, event=[1, 2], LogType="Tail", ClientContext="e30=")
    log = base64.b64decode(answer.pop("LogResult")).decode()
    assert answer == {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": b'{"given":[1,2]}'}
    ((code, invocation),) = runner.runs
    assert log.startswith(f"START RequestId: {invocation.request_id} Version: $LATEST\n")
    assert invocation.client_context == "e30="
    assert invocation.invoked_arn == f"{ARN}work"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", invocation.trace_id)
    assert (code.runtime, code.handler, code.memory_mb, code.timeout_seconds) == (
        "python3.12", "index.handler", 128, 3,
    )  # fmt: skip
    assert (code.code / "index.py").read_text().startswith("def handler")
    assert issuing_account(code.reserved["AWS_ACCESS_KEY_ID"]) == ACCOUNT
    assert code.reserved["AWS_REGION"] == "us-east-1"
    assert code.reserved["AWS_ENDPOINT_URL"] == driver.engine.settings.endpoint


async def test_no_payload_is_an_empty_object(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await invoke(driver)
    assert runner.events == [{}]


async def test_the_error_of_a_function(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)

    def fail(_event: Any) -> Any:
        raise Failure("broken")

    runner.handler = fail
    answer = await invoke(driver)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["StatusCode"] == 200
    assert answer["Payload"] == b'{"errorMessage":"broken","errorType":"Failure"}'


async def test_an_answer_too_large(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    runner.handler = lambda _event: "x" * 6_291_557
    answer = await invoke(driver)
    assert answer["FunctionError"] == "Unhandled"
    assert b"Function.ResponseSizeTooLarge" in answer["Payload"]


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"FunctionName": "none"}, "ResourceNotFoundException", f"Function not found: {ARN}none"),
        ({"Qualifier": "live"}, "ResourceNotFoundException", f"Function not found: {ARN}work:live"),
        ({"Payload": b"{"}, "InvalidRequestContentException", "Could not parse request body into json: "),
        (
            {"Payload": b" " * 6_291_457},
            "RequestTooLargeException",
            "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
        ),
        (
            {"Payload": b" " * 1_048_577, "InvocationType": "Event"},
            "RequestTooLargeException",
            "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        ),
        (
            {"FunctionName": "none", "InvocationType": "Event"},
            "ResourceNotFoundException",
            f"Function not found: {ARN}none",
        ),
        (
            {"FunctionName": "none", "InvocationType": "DryRun"},
            "ResourceNotFoundException",
            f"Function not found: {ARN}none",
        ),
    ],
)
async def test_what_invoke_refuses(
    driver: Driver, runner: ScriptedRunner, params: dict[str, Any], code: str, message: str
) -> None:
    await make_function(driver)
    with pytest.raises(AwsError) as caught:
        await driver("lambda", "Invoke", **{"FunctionName": "work", **params})
    assert caught.value.code == code
    assert caught.value.message.startswith(message)
    assert runner.runs == []


async def test_a_dry_run_runs_nothing(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    assert (await invoke(driver, InvocationType="DryRun"))["StatusCode"] == 204
    assert runner.runs == []


async def test_warm_invocations_share_the_same_code(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await invoke(driver)
    await invoke(driver)
    assert runner.runs[0][0] is runner.runs[1][0]


async def test_reserved_concurrency_of_nothing_throttles(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await driver("lambda", "PutFunctionConcurrency", FunctionName="work", ReservedConcurrentExecutions=0)
    with pytest.raises(AwsError) as caught:
        await invoke(driver)
    assert (caught.value.code, caught.value.status) == ("TooManyRequestsException", 429)
    assert caught.value.message == "Rate Exceeded."
    assert caught.value.details["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    await driver("lambda", "DeleteFunctionConcurrency", FunctionName="work")
    await invoke(driver)
    assert metrics(driver, "Throttles") == 1


async def test_reserved_concurrency_is_a_limit(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await driver("lambda", "PutFunctionConcurrency", FunctionName="work", ReservedConcurrentExecutions=1)
    runner.held = asyncio.Event()
    first = asyncio.create_task(invoke(driver))
    await runner.began.wait()
    with pytest.raises(AwsError, match="TooManyRequestsException"):
        await invoke(driver)
    runner.held.set()
    assert (await first)["StatusCode"] == 200
    assert (await invoke(driver))["StatusCode"] == 200


async def test_an_alias_shares_invocations_between_versions(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver, Publish=True)
    await driver("lambda", "UpdateFunctionConfiguration", FunctionName="work", Timeout=9)
    await driver("lambda", "PublishVersion", FunctionName="work")
    await driver(
        "lambda", "CreateAlias", FunctionName="work", Name="live", FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )  # fmt: skip
    versions = [(await invoke(driver, "work:live"))["ExecutedVersion"] for _ in range(200)]
    assert 20 <= versions.count("2") <= 80
    assert runner.runs[0][1].invoked_arn == f"{ARN}work:live"


async def test_what_is_printed_goes_to_the_log_group(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await invoke(driver)
    await invoke(driver)
    await driver.settle()
    answer = await driver("logs", "GetLogEvents", logGroupName="/aws/lambda/work", logStreamName="stream-1")
    messages = [event["message"] for event in answer["events"]]
    first, second = (invocation.request_id for _, invocation in runner.runs)
    assert messages == [
        f"START RequestId: {first} Version: $LATEST\n", "hello\n", "\n", "END\n",
        f"START RequestId: {second} Version: $LATEST\n", "hello\n", "\n", "END\n",
    ]  # fmt: skip


async def test_another_log_group(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver, LoggingConfig={"LogGroup": "mine"})
    await invoke(driver)
    await driver.settle()
    groups = await driver("logs", "DescribeLogGroups")
    assert [group["logGroupName"] for group in groups["logGroups"]] == ["mine"]


async def test_what_is_measured(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await invoke(driver)

    def fail(_event: Any) -> Any:
        raise Failure("broken")

    runner.handler = fail
    await invoke(driver)
    await driver.settle()
    assert metrics(driver, "Invocations") == 2
    assert metrics(driver, "Errors") == 1
    assert metrics(driver, "Duration") == 10
    assert metrics(driver, "ConcurrentExecutions") == 2


@pytest.mark.parametrize("context", ["!!!", "W10=", "eyI="])  # no base64, a list, no JSON
async def test_a_client_context_is_an_object(driver: Driver, runner: ScriptedRunner, context: str) -> None:
    await make_function(driver)
    with pytest.raises(AwsError, match="Client context must be a valid Base64-encoded JSON object"):
        await invoke(driver, ClientContext=context)
    assert runner.runs == []
