"""Pass: hands on its input, or a fixed Result.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl.compiling import Place, following, state_kind
from windsock.languages.asl.document import Document
from windsock.languages.asl.lines import State

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


@state_kind("Pass")
class Pass(State):
    """See the module."""

    kind = "Pass"

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, following(spec))
        self._flow = flow = place.flow(spec)
        self._result = Document(spec["Result"]) if "Result" in spec and not flow.jsonata else None

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        flow = self._flow
        if flow.jsonata:
            output, assigned = flow.leave(turn, frame, frame.input)
        else:
            result = self._result or flow.arguments(turn, frame)
            output, assigned = flow.finish(turn, frame, result)
        turn.leave(frame, self, self.following, output, assigned)
