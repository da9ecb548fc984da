"""Distributed Maps: their map runs, children, items and results."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.lambda_.lambda_helpers import Failure, ScriptedRunner, make_function
from tests.unit.services.stepfunctions.states_helpers import (
    ACCOUNT,
    PREFIX,
    REGION,
    chain,
    create,
    describe,
    driving,
    failure,
    output,
    run,
    start,
    task,
    types,
)

from windsock.engine.operations import Context, Operation
from windsock.engine.rooms import Room
from windsock.kernel.errors import AwsError
from windsock.services.lambda_.runs import FunctionRuns

WORK = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:work"


class Buckets:
    """As much of S3 as a distributed Map calls."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}

    def room(self) -> Room:
        async def get(ctx: Context, params: Any) -> Any:
            key = params["Bucket"], params["Key"]
            if key not in self.objects:
                raise AwsError("The specified key does not exist.", code="NoSuchKey", status=404)
            return {"Body": self.objects[key]}

        async def put(ctx: Context, params: Any) -> Any:
            self.objects[params["Bucket"], params["Key"]] = params["Body"]
            return {}

        async def listed(ctx: Context, params: Any) -> Any:
            keys = sorted(key for bucket, key in self.objects if bucket == params["Bucket"])
            keys = [key for key in keys if key.startswith(params.get("Prefix", ""))]
            first = int(params.get("ContinuationToken", 0))
            moment = datetime.fromtimestamp(START_MS / 1000, UTC)
            contents = [
                {"Key": key, "ETag": '"e"', "Size": 1, "LastModified": moment, "StorageClass": "STANDARD"}
                for key in keys[first : first + 2]
            ]
            more = first + 2 < len(keys)
            return {
                "Contents": contents,
                "IsTruncated": more,
                **({"NextContinuationToken": str(first + 2)} if more else {}),
            }

        functions = {"GetObject": get, "PutObject": put, "ListObjectsV2": listed}
        operations = {name: Operation("s3", name, "waiting", each) for name, each in functions.items()}
        return Room(operations=operations)


@pytest.fixture
def buckets() -> Buckets:
    return Buckets()


@pytest.fixture
async def driver(tmp_path: Path, buckets: Buckets) -> AsyncIterator[Driver]:
    async with driving(tmp_path, {"s3": buckets.room()}) as driver:
        yield driver


@pytest.fixture
def runner(driver: Driver) -> ScriptedRunner:
    scripted = ScriptedRunner()
    driver.engine.part(FunctionRuns).use(scripted)
    return scripted


def distributed(
    processor: dict[str, Any] | None = None, kind: str = "STANDARD", **fields: Any
) -> dict[str, Any]:
    inner = processor or chain({"Type": "Pass"}, prefix="I")
    config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    return chain(
        {"Type": "Map", "Label": "label", "ItemProcessor": {"ProcessorConfig": config, **inner}, **fields}
    )


async def map_run(driver: Driver, execution: str) -> dict[str, Any]:
    listed = await driver("stepfunctions", "ListMapRuns", executionArn=execution)
    (only,) = listed["mapRuns"]
    assert only["stateMachineArn"] == f"{PREFIX}:stateMachine:m/label"
    return await driver("stepfunctions", "DescribeMapRun", mapRunArn=only["mapRunArn"])


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
async def test_a_child_for_every_item(driver: Driver, kind: str) -> None:
    items = [{"n": n} for n in range(25)]
    execution = await run(driver, distributed(kind=kind, MaxConcurrency=4), items)
    assert await output(driver, execution) == items
    found = await map_run(driver, execution)
    assert (found["status"], found["maxConcurrency"]) == ("SUCCEEDED", 4)
    for counts in (found["itemCounts"], found["executionCounts"]):
        assert (counts["succeeded"], counts["total"], counts["pending"], counts["running"]) == (25, 25, 0, 0)
    listed = await driver("stepfunctions", "ListExecutions", mapRunArn=found["mapRunArn"], maxResults=10)
    assert len(listed["executions"]) == 10
    assert listed["executions"][0]["stateMachineArn"] == f"{PREFIX}:stateMachine:m/label"
    assert listed["executions"][0]["mapRunArn"] == found["mapRunArn"]


async def test_a_child_is_an_execution_to_look_at(driver: Driver) -> None:
    execution = await run(driver, distributed(), [{"n": 1}])
    found = await map_run(driver, execution)
    listed = await driver("stepfunctions", "ListExecutions", mapRunArn=found["mapRunArn"])
    child = listed["executions"][0]["executionArn"]
    assert (await describe(driver, child))["input"] == '{"n":1}'
    assert (await types(driver, child))[0] == "ExecutionStarted"
    machine = await driver("stepfunctions", "DescribeStateMachineForExecution", executionArn=child)
    assert machine["label"] == "label"
    assert "I0" in json.loads(machine["definition"])["States"]


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
async def test_too_many_failures(driver: Driver, runner: ScriptedRunner, kind: str) -> None:
    await make_function(driver)

    def fail_some(event: Any) -> Any:
        if event % 2:
            raise Failure("odd")
        return event

    runner.handler = fail_some
    processor = chain(task(WORK), prefix="I")
    fine = await run(driver, distributed(processor, kind, ToleratedFailureCount=2), [1, 2, 3, 4], name="fine")
    assert await output(driver, fine) == [2, 4]
    bad = await run(driver, distributed(processor, kind, ToleratedFailureCount=1), [1, 2, 3, 4], name="bad")
    assert (await failure(driver, bad))[0] == "States.ExceedToleratedFailureThreshold"


async def test_redriving_runs_again_only_what_failed(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)

    def fail_some(event: Any) -> Any:
        if event == 2:
            raise Failure("two")
        return event

    runner.handler = fail_some
    execution = await run(driver, distributed(chain(task(WORK), prefix="I"), MaxConcurrency=1), [1, 2, 3])
    assert (await describe(driver, execution))["status"] == "FAILED"
    assert runner.events == [1, 2]
    runner.handler = lambda event: event
    await driver("stepfunctions", "RedriveExecution", executionArn=execution)
    await driver.settle()
    assert await output(driver, execution) == [1, 2, 3]
    assert runner.events == [1, 2, 2, 3]
    assert (await map_run(driver, execution))["redriveCount"] == 1


async def test_stopping_stops_the_children(driver: Driver) -> None:
    processor = chain({"Type": "Wait", "Seconds": 100}, prefix="I")
    execution = await run(driver, distributed(processor), list(range(120)))
    found = await map_run(driver, execution)
    assert found["executionCounts"]["running"] == 120
    await driver("stepfunctions", "StopExecution", executionArn=execution)
    await driver.settle()
    found = await map_run(driver, execution)
    assert (found["status"], found["executionCounts"]["aborted"]) == ("ABORTED", 120)


async def test_a_map_run_is_changed_while_it_runs(driver: Driver) -> None:
    processor = chain({"Type": "Wait", "Seconds": 10}, prefix="I")
    execution = await run(driver, distributed(processor, MaxConcurrency=1), list(range(10)))
    found = await map_run(driver, execution)
    assert found["executionCounts"]["running"] == 1
    await driver("stepfunctions", "UpdateMapRun", mapRunArn=found["mapRunArn"], maxConcurrency=5)
    await driver.settle()
    found = await map_run(driver, execution)
    assert (found["maxConcurrency"], found["executionCounts"]["running"]) == (5, 5)
    await driver.advance(20)
    assert (await describe(driver, execution))["status"] == "SUCCEEDED"


READERS = [
    ("JSON", {}, b'[{"n": 1}, {"n": 2}]', [{"n": 1}, {"n": 2}]),
    ("JSON", {"ItemsPointer": "/a/0/b"}, b'{"a": [{"b": [1]}]}', [1]),
    ("JSONL", {}, b'{"n": 1}\n\n{"n": 2}\n', [{"n": 1}, {"n": 2}]),
    ("JSONL", {"MaxItems": 1}, b"1\n2\n", [1]),
    ("CSV", {"CSVHeaderLocation": "FIRST_ROW"}, b"a,b\n1,2\n3\n4,5,6\n", [
        {"a": "1", "b": "2"}, {"a": "3", "b": ""}, {"a": "4", "b": "5"}]),
    ("CSV", {"CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"], "CSVDelimiter": "PIPE"}, b"1|2\n", [
        {"x": "1"}]),
    ("JSON", {}, gzip.compress(b"[1]", mtime=0), [1]),
]  # fmt: skip


@pytest.mark.parametrize(("form", "config", "content", "items"), READERS)
async def test_items_from_an_object(
    driver: Driver, buckets: Buckets, form: str, config: dict[str, Any], content: bytes, items: list[Any]
) -> None:
    buckets.objects["b", "items"] = content
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": form, **config},
        "Parameters": {"Bucket": "b", "Key.$": "$.key"},
    }
    execution = await run(driver, distributed(ItemReader=reader), {"key": "items"})
    assert await output(driver, execution) == items
    assert (await map_run(driver, execution))["itemCounts"]["total"] == len(items)


async def test_items_from_an_inventory(driver: Driver, buckets: Buckets) -> None:
    manifest = {
        "destinationBucket": "arn:aws:s3:::inventories",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": "part"}],
    }
    buckets.objects["inventories", "manifest.json"] = json.dumps(manifest).encode()
    buckets.objects["inventories", "part"] = gzip.compress(b'"photos","a.jpg","7"\n')
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "MANIFEST"},
        "Parameters": {"Bucket": "inventories", "Key": "manifest.json"},
    }
    execution = await run(driver, distributed(ItemReader=reader), {})
    assert await output(driver, execution) == [{"Bucket": "photos", "Key": "a.jpg", "Size": "7"}]


async def test_items_from_a_listing(driver: Driver, buckets: Buckets) -> None:
    for name in ("x/1", "x/2", "x/3", "y/1"):
        buckets.objects["b", name] = b"."
    reader = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": "b", "Prefix": "x/"},
    }
    execution = await run(driver, distributed(ItemReader=reader), {})
    found = await output(driver, execution)
    assert [item["Key"] for item in found] == ["x/1", "x/2", "x/3"]
    assert found[0] == {
        "Etag": '"e"',
        "Key": "x/1",
        "LastModified": START_MS // 1000,
        "Size": 1,
        "StorageClass": "STANDARD",
    }


async def test_items_in_all_objects_of_a_listing(driver: Driver, buckets: Buckets) -> None:
    buckets.objects |= {("b", "x/1"): b"[1, 2]", ("b", "x/2"): b"[3]", ("b", "y/1"): b"[4]"}
    reader = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN", "MaxItems": 3},
        "Parameters": {"Bucket": "b", "Prefix": "x/"},
    }
    assert await output(driver, await run(driver, distributed(ItemReader=reader), {})) == [1, 2, 3]


@pytest.mark.parametrize(
    ("reader", "source"),
    [
        (
            {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
             "Parameters": {"Bucket": "b", "Key": "x/1"}},
            "S3://b/x/1",
        ),
        ({"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b"}}, "S3://b"),
    ],
)  # fmt: skip
async def test_where_items_are_from(
    driver: Driver, buckets: Buckets, reader: dict[str, Any], source: str
) -> None:
    buckets.objects["b", "x/1"] = b"[1]"
    selector = {"from.$": "$$.Map.Item.Source"}
    execution = await run(driver, distributed(ItemReader=reader, ItemSelector=selector), {})
    assert await output(driver, execution) == [{"from": source}]


async def test_items_that_cannot_be_read(driver: Driver) -> None:
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "b", "Key": "gone"},
    }
    execution = await run(driver, distributed(ItemReader=reader), {})
    error, cause = await failure(driver, execution)
    assert error == "States.ItemReaderFailed"
    assert cause is not None
    assert "The specified key does not exist." in cause


async def test_results_are_written(driver: Driver, buckets: Buckets, runner: ScriptedRunner) -> None:
    await make_function(driver)

    def fail_some(event: Any) -> Any:
        if event == 2:
            raise Failure("two")
        return event

    runner.handler = fail_some
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "results", "Prefix": "runs"},
    }
    machine = distributed(chain(task(WORK), prefix="I"), ResultWriter=writer, ToleratedFailureCount=1)
    execution = await run(driver, machine, [1, 2, 3])
    found = await output(driver, execution)
    run_arn = (await map_run(driver, execution))["mapRunArn"]
    prefix = f"runs/{run_arn.rpartition(':')[2]}"
    assert found == {
        "MapRunArn": run_arn,
        "ResultWriterDetails": {"Bucket": "results", "Key": f"{prefix}/manifest.json"},
    }
    manifest = json.loads(buckets.objects["results", f"{prefix}/manifest.json"])
    (succeeded,) = manifest["ResultFiles"]["SUCCEEDED"]
    (failed,) = manifest["ResultFiles"]["FAILED"]
    assert succeeded["Key"] == f"{prefix}/SUCCEEDED_0.json"
    results = json.loads(buckets.objects["results", succeeded["Key"]])
    assert [each["Output"] for each in results] == ["1", "3"]
    assert succeeded["Size"] == len(buckets.objects["results", succeeded["Key"]])
    (child,) = json.loads(buckets.objects["results", failed["Key"]])
    assert (child["Error"], child["Input"], child["Status"]) == ("Failure", "2", "FAILED")


async def test_results_are_written_of_a_map_run_that_failed_or_was_stopped(
    driver: Driver, buckets: Buckets, runner: ScriptedRunner
) -> None:
    await make_function(driver)

    def fail_one(event: Any) -> Any:
        if event == 1:
            raise Failure("one")
        return event

    runner.handler = fail_one
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "results"}}
    then_wait = chain(task(WORK), {"Type": "Wait", "Seconds": 60}, prefix="I")
    one_by_one = distributed(then_wait, ResultWriter=writer, MaxConcurrency=1)
    assert (await failure(driver, await run(driver, one_by_one, [0, 1, 2], seconds=100)))[0] == (
        "States.ExceedToleratedFailureThreshold"
    )
    assert written(buckets) == {"SUCCEEDED_0.json": ["SUCCEEDED"], "FAILED_0.json": ["FAILED"]}

    buckets.objects.clear()
    execution = await run(driver, distributed(then_wait, ResultWriter=writer), [0, 2], name="stopped")
    await driver("stepfunctions", "StopExecution", executionArn=execution)
    await driver.settle()
    assert written(buckets) == {"FAILED_0.json": ["ABORTED", "ABORTED"]}


def written(buckets: Buckets) -> dict[str, list[str]]:
    """The statuses in each file of results."""
    return {
        key.rpartition("/")[2]: [child["Status"] for child in json.loads(content)]
        for (_, key), content in buckets.objects.items()
        if not key.endswith("manifest.json")
    }


async def test_results_as_compact_lines(driver: Driver, buckets: Buckets) -> None:
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "WriterConfig": {"OutputType": "JSONL", "Transformation": "COMPACT"},
        "Parameters": {"Bucket": "results"},
    }
    await run(driver, distributed(ResultWriter=writer), [{"n": 1}, {"n": 2}])
    (content,) = [each for (_, key), each in buckets.objects.items() if key.endswith("SUCCEEDED_0.jsonl")]
    assert content == b'{"n":1}\n{"n":2}'


async def test_batches(driver: Driver) -> None:
    batcher = {"MaxItemsPerBatch": 10, "BatchInput": {"all": True}}
    execution = await start(driver, await create(driver, distributed(ItemBatcher=batcher)), list(range(25)))
    await driver.settle()
    found = await output(driver, execution)
    assert [len(each["Items"]) for each in found] == [10, 10, 5]
    assert found[0]["BatchInput"] == {"all": True}
    counts = await map_run(driver, execution)
    assert counts["itemCounts"]["succeeded"] == 25
    assert counts["executionCounts"]["succeeded"] == 3
