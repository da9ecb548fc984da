"""Functions as real processes: the service and the runner together."""

from __future__ import annotations

import base64
from pathlib import Path

import orjson
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ACCOUNT, ROLE, invoke, make_function, zipped

CODE = """
import os

calls = 0


def handler(event, context):
    global calls
    calls += 1
    print("called with", event)
    if event.get("fail"):
        raise ValueError("broken")
    return {
        "calls": calls,
        "arn": context.invoked_function_arn,
        "key": os.environ["AWS_ACCESS_KEY_ID"],
        "token": os.environ["AWS_SESSION_TOKEN"],
        "stage": os.environ["STAGE"],
        "group": context.log_group_name,
    }
"""


async def test_a_function_runs_warm_and_its_lines_are_kept(driver: Driver) -> None:
    await make_function(
        driver, Code={"ZipFile": zipped(index=CODE)}, Environment={"Variables": {"STAGE": "test"}}
    )
    first = await invoke(driver, event={"n": 1}, LogType="Tail")
    answer = orjson.loads(first["Payload"])
    key = driver.engine.identities.access_key(answer.pop("key"), answer.pop("token"))
    assert key is not None
    assert key.identity.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE.rpartition('/')[2]}/work"
    assert answer == {
        "calls": 1,
        "arn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:work",
        "stage": "test",
        "group": "/aws/lambda/work",
    }
    assert "called with {'n': 1}" in base64.b64decode(first["LogResult"]).decode()
    second = await invoke(driver, event={"n": 2})
    assert orjson.loads(second["Payload"])["calls"] == 2
    failed = await invoke(driver, event={"fail": True})
    assert failed["FunctionError"] == "Unhandled"
    assert orjson.loads(failed["Payload"])["errorType"] == "ValueError"
    await driver.settle()
    streams = await driver("logs", "DescribeLogStreams", logGroupName="/aws/lambda/work")
    (stream,) = streams["logStreams"]
    events = await driver(
        "logs", "GetLogEvents", logGroupName="/aws/lambda/work", logStreamName=stream["logStreamName"]
    )
    messages = [event["message"] for event in events["events"]]
    assert sum(message.startswith("REPORT RequestId: ") for message in messages) == 3
    assert "called with {'n': 2}\n" in messages


async def test_new_code_runs_in_new_processes(driver: Driver) -> None:
    await make_function(driver, Code={"ZipFile": zipped(index="def handler(e, c): return 1")})
    assert (await invoke(driver))["Payload"] == b"1"
    await driver(
        "lambda",
        "UpdateFunctionCode",
        FunctionName="work",
        ZipFile=zipped(index="def handler(e, c): return 2"),
    )
    assert (await invoke(driver))["Payload"] == b"2"


async def test_a_directory_edited_between_invocations(driver: Driver, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "index.py").write_text("def handler(e, c): return 1")
    await make_function(driver, Code={}, Tags={"windsock:code-directory": str(code)})
    assert (await invoke(driver))["Payload"] == b"1"
    (code / "index.py").write_text("def handler(e, c): return 'changed'")
    assert (await invoke(driver))["Payload"] == b'"changed"'


async def test_a_rule_runs_a_function(driver: Driver) -> None:
    await make_function(
        driver, Code={"ZipFile": zipped(index="def handler(e, c): print('total', e['detail']['total'])")}
    )
    await driver("events", "PutRule", Name="orders", EventPattern='{"source": ["shop"]}')
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:work"
    await driver("events", "PutTargets", Rule="orders", Targets=[{"Id": "f", "Arn": arn}])
    entry = {"Source": "shop", "DetailType": "Order", "Detail": '{"total": 120}'}
    await driver("events", "PutEvents", Entries=[entry])
    await driver.settle()
    found = await driver("logs", "FilterLogEvents", logGroupName="/aws/lambda/work")
    assert "total 120\n" in [event["message"] for event in found["events"]]
