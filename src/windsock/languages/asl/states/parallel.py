"""Parallel: several lines at once, over when all have ended.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl import limits
from windsock.languages.asl.compiling import Place, compile_line, following, state_kind
from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.failures import Failed, Failure
from windsock.languages.asl.lines import Line, State
from windsock.languages.asl.retries import catchers, retriers

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


@state_kind("Parallel")
class Parallel(State):
    """See the module."""

    kind = "Parallel"
    failed_type = "ParallelStateFailed"
    aborted_type = "ParallelStateAborted"
    retriable = True

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, following(spec))
        branches = spec.get("Branches")
        if not isinstance(branches, list) or not branches:
            raise DefinitionError("Branches must be a non-empty array")
        self._branches = tuple(
            compile_line(branch, jsonata=place.jsonata_machine, depth=place.depth + 1) for branch in branches
        )
        self._flow = place.flow(spec)
        self.retriers = retriers(spec)
        self.catchers = catchers(spec, jsonata=place.jsonata)

    def lines(self) -> tuple[Line, ...]:
        """See State."""
        return self._branches

    def line_below(self, index: int) -> Line:
        """See State."""
        return self._branches[index]

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        arguments = self._flow.arguments(turn, frame)
        if arguments.size() > limits.MAX_PAYLOAD_BYTES:
            raise Failed(Failure.too_large(self.name))
        turn.emit(frame, "ParallelStateStarted")
        turn.wait_for_lines(frame, arguments)
        frame.notes = {"left": len(self._branches)}
        for index, branch in enumerate(self._branches):
            turn.start_line(frame, branch, index, arguments, frame.previous)

    def line_ended(self, turn: Turn, frame: Frame, line: Frame, output: Document) -> None:
        """See State."""
        turn.tree.add_result(frame, line.index, output)
        frame.notes["left"] -= 1
        frame.previous = line.previous
        if frame.notes["left"] == 0:
            turn.emit(frame, "ParallelStateSucceeded", chained=False)
            output, assigned = self._flow.finish(turn, frame, Document.array(turn.tree.results(frame)))
            turn.leave(frame, self, self.following, output, assigned)
