"""Jobs that tasks wait for: looked at until they are over, ended with the execution; models of Bedrock."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import (
    chain,
    describe,
    driving,
    failure,
    output,
    run,
    task,
    types,
)

from windsock.engine.operations import Context, Operation
from windsock.engine.rooms import Room
from windsock.kernel.errors import AwsError

JOB = {"JobName": "sums"}


class Services:
    """As much of Glue, EKS and Bedrock as the tests call; every job is in the same state."""

    def __init__(self) -> None:
        self.state = "RUNNING"
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.answers: dict[str, Any] = {
            "StartJobRun": lambda: {"JobRunId": "jr_1"},
            "GetJobRun": lambda: {"JobRun": {"Id": "jr_1", "JobRunState": self.state}},
            "BatchStopJobRun": dict,
            "DeleteCluster": lambda: {"cluster": {"name": "k", "status": "DELETING"}},
            "DescribeCluster": self._cluster,
            "InvokeModel": lambda: {"body": b'{"text": "42"}', "contentType": "application/json"},
        }

    def _cluster(self) -> dict[str, Any]:
        if self.state == "GONE":
            raise AwsError("No cluster found for name: k.", code="ResourceNotFoundException", status=404)
        return {"cluster": {"name": "k", "status": "DELETING"}}

    def room(self, service: str, *names: str) -> Room:
        return Room(operations={name: self._operation(service, name) for name in names})

    def _operation(self, service: str, name: str) -> Operation:
        async def answer(_: Context, params: Any) -> Any:
            self.calls.append((name, params))
            return self.answers[name]()

        return Operation(service, name, "waiting", answer)

    def looks(self) -> int:
        """How often somebody looked at a job."""
        return sum(name == "GetJobRun" for name, _ in self.calls)


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
async def driver(tmp_path: Path, services: Services) -> AsyncIterator[Driver]:
    rooms = {
        "glue": services.room("glue", "StartJobRun", "GetJobRun", "BatchStopJobRun"),
        "eks": services.room("eks", "DeleteCluster", "DescribeCluster"),
        "bedrock-runtime": services.room("bedrock-runtime", "InvokeModel"),
    }
    async with driving(tmp_path, rooms) as driver:
        yield driver


async def test_a_job_is_looked_at_less_and_less_often(driver: Driver, services: Services) -> None:
    execution = await run(driver, chain(task("glue:startJobRun.sync", Parameters=JOB)))
    assert (await types(driver, execution))[-1] == "TaskSubmitted"
    await driver.advance(60)
    early = services.looks()
    await driver.advance(600)
    assert early < 15
    assert services.looks() - early == 600 // 15
    services.state = "SUCCEEDED"
    await driver.advance(15)
    assert await output(driver, execution) == {"Id": "jr_1", "JobRunState": "SUCCEEDED"}
    looks = services.looks()
    await driver.advance(60)
    assert services.looks() == looks


async def test_a_job_that_fails_is_the_cause(driver: Driver, services: Services) -> None:
    services.state = "TIMEOUT"
    execution = await run(driver, chain(task("glue:startJobRun.sync", Parameters=JOB)), seconds=5)
    error, cause = await failure(driver, execution)
    assert (error, json.loads(cause or "")["JobRunState"]) == ("States.TaskFailed", "TIMEOUT")


@pytest.mark.parametrize("by", ["a stop", "a timeout"])
async def test_a_job_that_nobody_waits_for_is_stopped(driver: Driver, services: Services, by: str) -> None:
    limit = {"TimeoutSeconds": 30} if by == "a timeout" else {}
    execution = await run(driver, chain(task("glue:startJobRun.sync", Parameters=JOB, **limit)))
    if by == "a stop":
        await driver("stepfunctions", "StopExecution", executionArn=execution)
    await driver.advance(30)
    assert (await describe(driver, execution))["status"] == ("ABORTED" if by == "a stop" else "FAILED")
    stops = [params for name, params in services.calls if name == "BatchStopJobRun"]
    assert stops == [{"JobName": "sums", "JobRunIds": ["jr_1"]}]
    looks = services.looks()
    await driver.advance(60)
    assert services.looks() == looks


async def test_what_is_deleted_is_over_when_it_is_gone(driver: Driver, services: Services) -> None:
    deleting = chain(task("eks:deleteCluster.sync", Parameters={"Name": "k"}))
    execution = await run(driver, deleting, seconds=30)
    assert (await describe(driver, execution))["status"] == "RUNNING"
    services.state = "GONE"
    await driver.advance(15)
    assert (await output(driver, execution))["Cluster"]["Name"] == "k"


async def test_a_model_of_bedrock(driver: Driver, services: Services) -> None:
    asked = {"ModelId": "m", "Body": {"inputText": "?"}, "ContentType": "application/json"}
    execution = await run(driver, chain(task("bedrock:invokeModel", Parameters=asked)))
    assert await output(driver, execution) == {"Body": {"text": "42"}, "ContentType": "application/json"}
    ((_, params),) = services.calls
    assert params["body"] == b'{"inputText":"?"}'
