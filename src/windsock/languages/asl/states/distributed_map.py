"""Map in Distributed mode: a Map Run, with an execution of its own for every item or batch of items.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from windsock.languages.asl import limits
from windsock.languages.asl.commands import (
    EndMapRun,
    ReadItems,
    RedriveChild,
    RedriveMapRun,
    StartChild,
    StartMapRun,
    Status,
    WriteResults,
)
from windsock.languages.asl.compiling import Place
from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import DefinitionError, RuntimeFailure, StatesError
from windsock.languages.asl.failures import (
    ITEM_READER_FAILED,
    RESULT_WRITER_FAILED,
    TOO_MANY_FAILED,
    Failed,
    Failure,
    failure_in_state,
)
from windsock.languages.asl.happenings import (
    ChildEnded,
    Happening,
    ItemsRead,
    MapRunChanged,
    ResultsWritten,
    TaskFailed,
)
from windsock.languages.asl.settings import Setting
from windsock.languages.asl.states.batches import Batcher
from windsock.languages.asl.states.map_ import Map, processor_of
from windsock.languages.asl.states.transfers import Transfer, shape_results

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

ITEMS: Final = "items"
CHILDREN: Final = "children"
RESULTS: Final = "results"
"""What the state waits for: its items to be read, its children to end, its results to be written."""


class DistributedMap(Map):
    """See the module."""

    takes_objects = True

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(spec, place)
        config = processor_of(spec)["ProcessorConfig"]
        self._kind = config.get("ExecutionType", "STANDARD")
        if self._kind not in ("STANDARD", "EXPRESS"):
            raise DefinitionError("ExecutionType must be STANDARD or EXPRESS")
        self._label = spec.get("Label")
        if self._label is not None and not isinstance(self._label, str):
            raise DefinitionError("Label must be a string")
        jsonata = place.jsonata
        self._reader = Transfer.compile(spec, "ItemReader", "ReaderConfig", jsonata=jsonata)
        self._writer = Transfer.compile(spec, "ResultWriter", "WriterConfig", jsonata=jsonata)
        self._batcher = Batcher.compile(spec, jsonata=jsonata)
        self._count = Setting.compile(spec, "ToleratedFailureCount", jsonata=jsonata, check=_count)
        self._percentage = Setting.compile(
            spec, "ToleratedFailurePercentage", jsonata=jsonata, whole=False, check=_percentage
        )

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        effective = self._flow.input(turn, frame)
        at_once = self._most_at_once(turn, frame, effective, limits.MAX_DISTRIBUTED_CONCURRENCY)
        items = None if self._reader else self._items.evaluate(turn, frame, effective)
        length = {"length": 0 if items is None else len(items)}
        turn.emit(frame, "MapStateStarted", "mapStateStartedEventDetails", length)
        count = 0 if self._count is None else int(self._count.evaluate(turn, frame, effective))
        percentage = 0.0 if self._percentage is None else self._percentage.evaluate(turn, frame, effective)
        reader = None if self._reader is None else self._reader.evaluate(turn, frame, effective)
        writer = self._writer and self._writer.evaluate(turn, frame, effective)
        batching = None if self._batcher is None else self._batcher.evaluate(turn, frame, effective)
        seq = turn.wait(frame, ITEMS)
        label = self._label or str(uuid.UUID(bytes=turn.run.entropy(16), version=4))
        arn = f"{turn.facts.machine_arn.replace(':stateMachine:', ':mapRun:')}/{label}"
        arn = f"{arn}:{uuid.UUID(bytes=turn.run.entropy(16), version=4)}"
        frame.notes = {
            "arn": arn,
            "run": seq,
            "at_once": at_once,
            "count": count,
            "percentage": percentage,
            "batching": batching,
            "writer": writer,
        }
        turn.emit(frame, "MapRunStarted", "mapRunStartedEventDetails", {"mapRunArn": arn})
        total = None if items is None else len(items)
        turn.commands.append(
            StartMapRun(frame.number, seq, self.name, arn, label, at_once, count, percentage, total)
        )
        if reader is not None:
            turn.commands.append(ReadItems(frame.number, seq, reader))
        elif items is not None:
            self._begin(turn, frame, items, "STATE_DATA")

    def resume(self, turn: Turn, frame: Frame, happening: Happening) -> None:
        """See State."""
        match happening:
            case ItemsRead() if frame.waiting == ITEMS:
                self._begin(turn, frame, happening.items, happening.source)
            case ChildEnded() if frame.waiting == CHILDREN:
                self._child_ended(turn, frame, happening)
            case MapRunChanged():
                self._change(turn, frame, happening)
            case ResultsWritten() if frame.waiting == RESULTS:
                self._finish(turn, frame, Document(happening.output))
            case TaskFailed() if frame.waiting == ITEMS:
                self._give_up(turn, frame, ITEM_READER_FAILED, happening.cause)
            case TaskFailed() if frame.waiting == RESULTS:
                self._give_up(turn, frame, RESULT_WRITER_FAILED, happening.cause)

    def abort(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        self._end_badly(turn, frame, "ABORTED")

    def redrive(self, turn: Turn, frame: Frame) -> None:
        """See State. What ended well is not run again."""
        notes = frame.notes
        if not frame.aside:
            super().redrive(turn, frame)
            return
        frame.seq, frame.waiting = notes["run"], CHILDREN
        details = {"mapRunArn": notes["arn"], "redriveCount": turn.facts.redrive_count}
        turn.emit(frame, "MapRunRedriven", "mapRunRedrivenEventDetails", details)
        turn.commands.append(RedriveMapRun(frame.number, frame.seq))
        for index in range(notes["children"]):
            if not turn.tree.succeeded(frame, index):
                turn.tree.remove_result(frame, index)
        notes |= {"running": 0, "failed_items": 0, "again": 0, "until": notes["children"]}
        self.proceed(turn, frame)

    def _begin(self, turn: Turn, frame: Frame, items: Any, source: str) -> None:
        members = isinstance(items, dict)
        if members:
            items = [{"Key": key, "Value": value} for key, value in items.items()]
        turn.tree.put_aside(frame, Document(items))
        frame.waiting = CHILDREN
        frame.notes |= {"members": members, "source": source}
        frame.notes |= {"next_item": 0, "children": 0, "running": 0, "failed_items": 0}
        # Children from `again` until `until` are still to be redriven, if they had not succeeded.
        frame.notes |= {"again": 0, "until": 0}
        self.proceed(turn, frame)

    def proceed(self, turn: Turn, frame: Frame) -> None:
        """Start children, as many as may run at once and the turn has time for."""
        if frame.waiting != CHILDREN:
            return
        notes, total = frame.notes, len(turn.tree.arguments(frame).value)
        while notes["again"] < notes["until"] or notes["next_item"] < total:
            if notes["running"] >= notes["at_once"]:
                return
            if not turn.spend():
                turn.proceed_later(frame)
                return
            if notes["again"] < notes["until"]:
                self._redrive_child(turn, frame)
            else:
                self._start_child(turn, frame)
        if notes["running"] == 0:
            self._all_ended(turn, frame)

    def _redrive_child(self, turn: Turn, frame: Frame) -> None:
        index = frame.notes["again"]
        frame.notes["again"] += 1
        if not turn.tree.is_over(frame, index):
            frame.notes["running"] += 1
            turn.commands.append(RedriveChild(frame.number, frame.seq, index))

    def _start_child(self, turn: Turn, frame: Frame) -> None:
        notes = frame.notes
        try:
            size, document = self._next_input(turn, frame)
        except StatesError as error:
            failure = failure_in_state(error, self.name, frame.entered)
            self._give_up(turn, frame, failure.error, failure.cause)
        if document.size() > limits.MAX_PAYLOAD_BYTES:
            failure = Failure.too_large(self.name)
            self._give_up(turn, frame, failure.error, failure.cause)
        index = notes["children"]
        turn.commands.append(
            StartChild(frame.number, frame.seq, index, self.name, document.text, self._kind, size)
        )
        notes["next_item"] += size
        notes["children"] += 1
        notes["running"] += 1

    def _next_input(self, turn: Turn, frame: Frame) -> tuple[int, Document]:
        """What the next child is given, and of how many items it is made."""
        items, effective = turn.tree.arguments(frame).value, self._flow.input(turn, frame)
        places = range(frame.notes["next_item"], len(items))
        left = (self._item(turn, frame, effective, items, place) for place in places)
        if self._batcher is None:
            return 1, next(left)
        return self._batcher.next(frame.notes["batching"], left)

    def _item(self, turn: Turn, frame: Frame, effective: Document, items: list[Any], index: int) -> Document:
        """What a child is given of one item."""
        item = items[index]
        told = {"Index": index, **(item if frame.notes["members"] else {"Value": item})}
        if frame.notes["source"]:
            told["Source"] = frame.notes["source"]
        return self._selected(turn, frame, effective, item, told)

    def _child_ended(self, turn: Turn, frame: Frame, happening: ChildEnded) -> None:
        notes, index = frame.notes, happening.index
        begun = 0 <= index < notes["again"] or notes["until"] <= index < notes["children"]
        if not begun or turn.tree.is_over(frame, index):
            return
        notes["running"] -= 1
        if happening.status == "SUCCEEDED":
            turn.tree.add_result(frame, index, Document(text=happening.output_text or "null"))
        else:
            turn.tree.add_result(frame, index, None)
            notes["failed_items"] += happening.items
            self._check_failures(turn, frame)
        self.proceed(turn, frame)

    def _change(self, turn: Turn, frame: Frame, happening: MapRunChanged) -> None:
        most = limits.MAX_DISTRIBUTED_CONCURRENCY
        frame.notes |= {
            "at_once": min(happening.max_concurrency or most, most),
            "count": happening.tolerated_failure_count,
            "percentage": happening.tolerated_failure_percentage,
        }
        if frame.waiting == CHILDREN:
            self._check_failures(turn, frame)
            self.proceed(turn, frame)

    def _check_failures(self, turn: Turn, frame: Frame) -> None:
        notes = frame.notes
        failed, total = notes["failed_items"], len(turn.tree.arguments(frame).value)
        # With both thresholds given, the Map Run fails beyond either; with none, at the first failure.
        by_count = failed > notes["count"] and (notes["count"] or not notes["percentage"])
        by_percentage = notes["percentage"] and failed * 100 > notes["percentage"] * total
        if by_count or by_percentage:
            self._give_up(
                turn, frame, TOO_MANY_FAILED, "The specified tolerated failure threshold was exceeded"
            )

    def _all_ended(self, turn: Turn, frame: Frame) -> None:
        if self._writer is not None and self._writer.has_resource:
            frame.waiting = RESULTS
            turn.commands.append(WriteResults(frame.number, frame.seq, frame.notes["writer"]))
        else:
            self._finish(turn, frame, shape_results(turn.tree.results(frame), self._writer))

    def _finish(self, turn: Turn, frame: Frame, result: Document) -> None:
        turn.commands.append(EndMapRun(frame.number, frame.notes["run"], "SUCCEEDED"))
        started = frame.previous
        turn.emit(frame, "MapRunSucceeded")
        turn.emit(frame, "MapStateSucceeded", chained=False)
        frame.previous = started
        output, assigned = self._flow.finish(turn, frame, result)
        turn.leave(frame, self, self.following, output, assigned)

    def _give_up(self, turn: Turn, frame: Frame, error: str | None, cause: str | None) -> NoReturn:
        failure = Failure.named(error, cause)
        self._end_badly(turn, frame, "FAILED")
        turn.emit(frame, "MapRunFailed", "mapRunFailedEventDetails", failure.told())
        raise Failed(failure)

    def _end_badly(self, turn: Turn, frame: Frame, status: Status) -> None:
        has_results = frame.waiting == CHILDREN and self._writer is not None and self._writer.has_resource
        writer = frame.notes["writer"] if has_results else None
        turn.commands.append(EndMapRun(frame.number, frame.notes["run"], status, writer))


def _count(number: float, name: str) -> None:
    if number < 0:
        raise RuntimeFailure(f"{name} cannot be negative.")


def _percentage(number: float, name: str) -> None:
    if not 0 <= number <= 100:
        raise RuntimeFailure(f"{name} must be between 0 and 100.")
