"""Map states: how many iterations at once, what they are given, and distributed ones with their children."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.asl_world import World, echo, execute, facts, line, nothing, passing, task

from windsock.languages.asl import Machine
from windsock.languages.asl.commands import (
    EndMapRun,
    ReadItems,
    RedriveChild,
    RedriveMapRun,
    StartChild,
    StartMapRun,
    StartTask,
    WriteResults,
)
from windsock.languages.asl.happenings import (
    ChildEnded,
    Happening,
    MapRunChanged,
    Redriven,
    Stopped,
    TaskFailed,
    TaskSucceeded,
)

COUNTED = {"Type": "Map", "ItemProcessor": line(T=task()), "End": True}


@pytest.mark.parametrize(
    ("fields", "items", "at_once"),
    [
        ({}, 3, 3),
        ({}, 100, 40),
        ({"MaxConcurrency": 0}, 100, 40),
        ({"MaxConcurrency": 2}, 5, 2),
        ({"MaxConcurrency": 99}, 100, 40),
        ({"MaxConcurrencyPath": "$[0]"}, 5, 1),
    ],
)
def test_so_many_iterations_run_at_once(fields: dict[str, Any], items: int, at_once: int) -> None:
    machine = Machine.compile(line(M=COUNTED | fields))
    world = World(machine, facts(input=[1] * items), nothing).begin()
    started = world.asked(StartTask)
    assert len(started) == at_once
    for each in reversed(started):
        world.tell(TaskSucceeded(each.frame, each.seq, each.seq))
    assert len(world.asked(StartTask)) == min(2 * at_once, items)


def test_results_are_in_the_order_of_the_items() -> None:
    world = World(Machine.compile(line(M=COUNTED)), facts(input=["a", "b", "c"]), nothing).begin()
    for each in reversed(world.asked(StartTask)):
        world.tell(TaskSucceeded(each.frame, each.seq, each.arguments * 2))
    assert world.output == ["aa", "bb", "cc"]
    assert set(world.pieces) == {0}


def test_what_does_not_change_is_not_written_again() -> None:
    machine = Machine.compile(line(M=COUNTED | {"ItemsPath": "$.items"}))
    document = {"items": list(range(30)), "big": "x" * 100_000}
    world = World(machine, facts(input=document), nothing).begin()
    each = world.asked(StartTask)[3]
    world.run.advance(TaskSucceeded(each.frame, each.seq, "done"), 0)
    changes = world.run.changes()
    assert sum(map(len, changes.put.values())) < 1000
    assert changes.removed == {each.frame}


def test_a_thousand_items_take_a_few_milliseconds() -> None:
    world = execute(
        line(M={"Type": "Map", "ItemProcessor": line(P=passing()), "End": True}), list(range(1000))
    )
    assert world.output == list(range(1000))
    assert len(world.history) == 4006


@pytest.mark.parametrize(
    ("fields", "document", "cause"),
    [
        ({}, {"a": 1}, 'Reference path "$" must point to array.'),
        ({"ItemsPath": "$.a"}, {"a": 1}, 'Reference path "$.a" must point to array.'),
        ({"MaxConcurrencyPath": "$[0]"}, [-1], "MaxConcurrency cannot be negative."),
    ],
)
def test_what_a_map_cannot_go_over(fields: dict[str, Any], document: Any, cause: str) -> None:
    world = execute(line(M=COUNTED | fields), document)
    assert world.failure == (
        "States.Runtime",
        f"An error occurred while executing the state 'M' (entered at the event id #2). {cause}",
    )


def test_an_item_selector_that_fails_gives_up_what_was_started() -> None:
    state = COUNTED | {"ItemSelector": {"x.$": "States.ArrayGetItem($$.Map.Item.Value, 0)"}}
    world = execute(line(M=state), [[1], []], answer=nothing)
    assert world.end is not None and world.end.status == "FAILED"


# Distributed.

READER = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key.$": "$.key"}}


def distributed(**fields: Any) -> dict[str, Any]:
    """A machine with a distributed Map whose children run a task."""
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, **line(T=task())}
    return line(M={"Type": "Map", "ItemProcessor": processor, "End": True, **fields})


def inputs(world: World) -> list[Any]:
    """What the children were given."""
    return [json.loads(child.input_text) for child in world.asked(StartChild)]


def test_every_item_has_an_execution_of_its_own() -> None:
    world = execute(distributed(Label="L"), ["a", "b"])
    (begun,) = world.asked(StartMapRun)
    assert begun.arn.startswith("arn:aws:states:us-east-1:123456789012:mapRun:m/L:")
    assert (begun.state, begun.label, begun.total_items, begun.max_concurrency) == ("M", "L", 2, 10_000)
    assert [(child.index, child.kind, child.items) for child in world.asked(StartChild)] == [
        (0, "EXPRESS", 1),
        (1, "EXPRESS", 1),
    ]
    assert world.output == ["a", "b"]
    assert [run.status for run in world.asked(EndMapRun)] == ["SUCCEEDED"]


def test_items_are_read_and_selected() -> None:
    selector = {
        "n.$": "$$.Map.Item.Index",
        "v.$": "$$.Map.Item.Value",
        "bucket.$": "$.bucket",
    }
    reader = READER | {"ReaderConfig": {"InputType": "CSV", "MaxItemsPath": "$.most"}}
    world = execute(
        distributed(ItemReader=reader, ItemSelector=selector),
        {"key": "k", "most": 2, "bucket": "b"},
        items=lambda _command: ["x", "y"],
    )
    (read,) = world.asked(ReadItems)
    assert read.reader == {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "MaxItems": 2},
        "Arguments": {"Bucket": "b", "Key": "k"},
    }
    assert inputs(world) == [{"n": 0, "v": "x", "bucket": "b"}, {"n": 1, "v": "y", "bucket": "b"}]


def test_the_members_of_an_object_are_items_too() -> None:
    selector = {"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"}
    assert inputs(execute(distributed(), {"a": 1, "b": 2})) == [
        {"Key": "a", "Value": 1},
        {"Key": "b", "Value": 2},
    ]
    assert inputs(execute(distributed(ItemSelector=selector), {"a": 1})) == [
        {"k": "a", "v": 1, "s": "STATE_DATA"}
    ]


@pytest.mark.parametrize(
    ("batcher", "batches"),
    [
        ({"MaxItemsPerBatch": 2}, [{"Items": ["a", "b"]}, {"Items": ["c"]}]),
        ({"MaxItemsPerBatchPath": "$.size"}, [{"Items": ["a", "b", "c"]}]),
        ({"MaxInputBytesPerBatch": 20}, [{"Items": ["a", "b"]}, {"Items": ["c"]}]),
        (
            {"MaxItemsPerBatch": 9, "BatchInput": {"x.$": "$.size"}},
            [{"BatchInput": {"x": 3}, "Items": ["a", "b", "c"]}],
        ),
    ],
)
def test_batches(batcher: dict[str, Any], batches: list[Any]) -> None:
    world = execute(
        distributed(ItemsPath="$.items", ItemBatcher=batcher), {"items": ["a", "b", "c"], "size": 3}
    )
    assert inputs(world) == batches


def test_results_are_written_where_the_writer_says() -> None:
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket.$": "$.to", "Prefix": "p"}}
    world = execute(distributed(ItemsPath="$.items", ResultWriter=writer), {"items": [1], "to": "out"})
    (written,) = world.asked(WriteResults)
    assert written.writer["Arguments"] == {"Bucket": "out", "Prefix": "p"}
    assert world.output == {"written": "arn:aws:states:::s3:putObject"}


def test_results_can_be_flattened() -> None:
    state = distributed(ResultWriter={"WriterConfig": {"Transformation": "FLATTEN"}})
    assert execute(state, [[1, 2], 3, [4]]).output == [1, 2, 3, 4]


def failing_items(*bad: Any) -> Any:
    """Tasks of children that fail for some items."""

    def answer(task: StartTask) -> list[Happening]:
        return [TaskFailed(task.frame, task.seq, "E")] if task.arguments in bad else echo(task)

    return answer


@pytest.mark.parametrize(
    ("fields", "fails"),
    [
        ({}, True),
        ({"ToleratedFailureCount": 1}, True),
        ({"ToleratedFailureCount": 2}, False),
        ({"ToleratedFailureCountPath": "$.two"}, False),
        ({"ToleratedFailurePercentage": 49}, True),
        ({"ToleratedFailurePercentage": 50}, False),
        ({"ToleratedFailurePercentage": 50, "ToleratedFailureCount": 1}, True),
        ({"ToleratedFailurePercentage": 10, "ToleratedFailureCount": 4}, True),
        ({"ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailureCount": 1}, True),
    ],
)
def test_some_failures_are_tolerated(fields: dict[str, Any], fails: bool) -> None:
    document = {"items": [1, 2, 3, 4], "two": 2}
    bad = ({"Items": [1, 2]},) if "ItemBatcher" in fields else (1, 2)
    world = execute(distributed(ItemsPath="$.items", **fields), document, answer=failing_items(*bad))
    if fails:
        assert world.failure == (
            "States.ExceedToleratedFailureThreshold",
            "The specified tolerated failure threshold was exceeded",
        )
        assert world.types[-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
        assert [run.status for run in world.asked(EndMapRun)] == ["FAILED"]
    else:
        assert world.output == [3, 4]


def test_children_start_as_others_end() -> None:
    machine = Machine.compile(distributed(MaxConcurrency=2))
    world = World(machine, facts(input=[1, 2, 3]), children=False).begin()
    assert len(world.asked(StartChild)) == 2
    first = world.asked(StartChild)[1]
    for _ in range(2):  # The second time is ignored.
        world.tell(ChildEnded(first.frame, first.seq, first.index, "SUCCEEDED", '"x"'))
        assert len(world.asked(StartChild)) == 3


@pytest.mark.parametrize(("count", "started", "status"), [(1, 4, "RUNNING"), (0, 3, "FAILED")])
def test_a_map_run_that_is_changed_goes_on_differently(count: int, started: int, status: str) -> None:
    machine = Machine.compile(distributed(MaxConcurrency=2, ToleratedFailureCount=1))
    world = World(machine, facts(input=[1, 2, 3, 4]), children=False).begin()
    first = world.asked(StartChild)[0]
    world.tell(ChildEnded(first.frame, first.seq, 0, "FAILED"))
    world.tell(MapRunChanged(first.frame, first.seq, 5, count, 0))
    assert len(world.asked(StartChild)) == started
    assert world.run.status == status


def test_a_redriven_map_run_runs_again_only_what_did_not_succeed() -> None:
    world = execute(distributed(ToleratedFailureCount=0), [1, 2, 3], answer=failing_items(2))
    assert world.end is not None and world.end.status == "FAILED"
    world.tell(Redriven())
    world.end = None
    world.go()
    assert len(world.asked(RedriveMapRun)) == 1
    assert [child.index for child in world.asked(RedriveChild)] == [1, 2]
    assert world.output == [1, "again", "again"]
    assert world.types[-6:] == [
        "ExecutionRedriven",
        "MapRunRedriven",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]


def test_items_that_cannot_be_read_fail_the_map_run() -> None:
    definition = distributed(
        ItemReader=READER, Catch=[{"ErrorEquals": ["States.ItemReaderFailed"], "Next": "C"}]
    )
    definition["States"]["C"] = passing()
    world = World(Machine.compile(definition), facts(input={"key": "k"})).begin()
    (read,) = world.asked(ReadItems)
    world.tell(TaskFailed(read.frame, read.seq, "S3.NoSuchKey", "no such key"))
    failed = next(event for event in world.history if event["type"] == "MapRunFailed")
    assert failed["mapRunFailedEventDetails"] == {"error": "States.ItemReaderFailed", "cause": "no such key"}
    assert world.output == {"Error": "States.ItemReaderFailed", "Cause": "no such key"}


def test_a_large_map_starts_its_children_turn_by_turn() -> None:
    machine = Machine.compile(distributed())
    world = World(machine, facts(input=list(range(50))), most=10, restored=True).start()
    assert world.output == list(range(50))


def test_a_redrive_keeps_to_the_concurrency() -> None:
    machine = Machine.compile(distributed(MaxConcurrency=2))
    world = World(machine, facts(input=[1, 2, 3, 4]), children=False).begin()
    started = world.asked(StartChild)
    world.tell(ChildEnded(started[0].frame, started[0].seq, 0, "SUCCEEDED", "1"))
    world.tell(Stopped())
    world.tell(Redriven())
    assert [child.index for child in world.asked(RedriveChild)] == [1, 2]
    world.tell(ChildEnded(started[0].frame, started[0].seq, 3, "SUCCEEDED", "4"))  # It has not begun.
    world.tell(ChildEnded(started[0].frame, started[0].seq, 2, "SUCCEEDED", "3"))
    assert [child.index for child in world.asked(StartChild)] == [0, 1, 2, 3]
