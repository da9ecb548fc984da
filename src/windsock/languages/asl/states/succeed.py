"""Succeed: the line ends well.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl.compiling import Place, state_kind
from windsock.languages.asl.lines import State

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


@state_kind("Succeed")
class Succeed(State):
    """See the module."""

    kind = "Succeed"

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, None)
        self._flow = place.flow(spec)

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        output, assigned = self._flow.leave(turn, frame, self._flow.input(turn, frame))
        turn.leave(frame, self, None, output, assigned)
