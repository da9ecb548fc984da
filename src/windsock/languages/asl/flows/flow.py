"""What both query languages do for a state: they give it its input, and make its output and variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from windsock.languages.asl.document import Document

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

Assigned = dict[str, Document] | None
"""The variables that are set, by name."""


class Flow(Protocol):
    """The data flow of one state, compiled. Every method may raise StatesError."""

    jsonata: bool

    def input(self, turn: Turn, frame: Frame) -> Document:
        """What the state works on: its input after InputPath."""

    def arguments(self, turn: Turn, frame: Frame) -> Document:
        """What a task, branches or a Pass are given: Parameters or Arguments, or else the input."""

    def leave(self, turn: Turn, frame: Frame, effective: Document) -> tuple[Document, Assigned]:
        """Output and variables of a state without a result. `effective` is what `input` gave."""

    def finish(self, turn: Turn, frame: Frame, result: Document) -> tuple[Document, Assigned]:
        """Output and variables of a state with a result."""
