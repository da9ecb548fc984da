"""Map in Inline mode: an iteration for every item, in this execution.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl import limits
from windsock.languages.asl.compiling import Place, state_kind
from windsock.languages.asl.document import Document
from windsock.languages.asl.failures import Failed, Failure
from windsock.languages.asl.lines import State
from windsock.languages.asl.states.distributed_map import DistributedMap
from windsock.languages.asl.states.map_ import DISTRIBUTED, Map, mode_of

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


@state_kind("Map")
def compile_map(spec: Mapping[str, Any], place: Place) -> State:
    """A Map of the mode that its ProcessorConfig says."""
    return DistributedMap(spec, place) if mode_of(spec) == DISTRIBUTED else InlineMap(spec, place)


class InlineMap(Map):
    """See the module."""

    takes_objects = False

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        effective = self._flow.input(turn, frame)
        at_once = self._most_at_once(turn, frame, effective, limits.MAX_INLINE_CONCURRENCY)
        items = self._items.evaluate(turn, frame, effective)
        turn.emit(frame, "MapStateStarted", "mapStateStartedEventDetails", {"length": len(items)})
        if not items:
            self._finish(turn, frame, Document([], "[]"))
            return
        turn.wait_for_lines(frame, Document(items))
        frame.notes = {"next": 0, "left": len(items)}
        for _ in range(min(at_once, len(items))):
            self._start_next(turn, frame, frame)

    def _start_next(self, turn: Turn, frame: Frame, after: Frame) -> None:
        """Start the next iteration, after the last event of this frame or of an iteration that ended."""
        index = frame.notes["next"]
        frame.notes["next"] += 1
        started = self._tell(turn, after, "Started", index)
        effective, items = self._flow.input(turn, frame), turn.tree.arguments(frame)
        document = self._selected(turn, frame, effective, items.value[index], self.item(items, index))
        if document.size() > limits.MAX_PAYLOAD_BYTES:
            raise Failed(Failure.too_large(self.name))
        turn.start_line(frame, self._line, index, document, started)

    def line_ended(self, turn: Turn, frame: Frame, line: Frame, output: Document) -> None:
        """See State."""
        turn.tree.add_result(frame, line.index, output)
        notes = frame.notes
        notes["left"] -= 1
        frame.previous = self._tell(turn, line, "Succeeded", line.index)
        if notes["next"] < len(turn.tree.arguments(frame).value):
            self._start_next(turn, frame, line)
        elif notes["left"] == 0:
            self._finish(turn, frame, Document.array(turn.tree.results(frame)))

    def line_failed(self, turn: Turn, line: Frame) -> None:
        """See State."""
        self._tell(turn, line, "Failed", line.index)

    def line_aborted(self, turn: Turn, line: Frame) -> None:
        """See State."""
        self._tell(turn, line, "Aborted", line.index)

    def _finish(self, turn: Turn, frame: Frame, result: Document) -> None:
        turn.emit(frame, "MapStateSucceeded", chained=False)
        output, assigned = self._flow.finish(turn, frame, result)
        turn.leave(frame, self, self.following, output, assigned)

    def _tell(self, turn: Turn, after: Frame, moment: str, index: int) -> int:
        member = f"mapIteration{moment}EventDetails"
        return turn.emit(
            after, f"MapIteration{moment}", member, {"name": self.name, "index": index}, chained=False
        )
