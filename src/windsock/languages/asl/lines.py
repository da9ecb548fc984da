"""The parts of a compiled machine: lines of states, and what every kind of state answers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from windsock.languages.asl.happenings import Happening

if TYPE_CHECKING:
    from windsock.languages.asl.document import Document
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.retries import Catcher, Retrier
    from windsock.languages.asl.turn import Turn


@dataclass(slots=True)
class Line:
    """States that follow one another: the machine's own, a branch's, an iteration's. Never changed."""

    start: str
    states: dict[str, State]


class State:
    """A compiled state. What happens to a frame that is in it is told by these methods. Immutable."""

    kind: ClassVar[str]
    """The Type."""

    entered_type: ClassVar[str]
    exited_type: ClassVar[str]
    failed_type: ClassVar[str | None] = None
    """The event that says that the state itself failed, where there is one."""

    aborted_type: ClassVar[str | None] = None
    """The event that says that it was given up, where there is one."""

    retriable: ClassVar[bool] = False
    """Whether it can have Retry and Catch."""

    retriers: tuple[Retrier, ...] = ()
    catchers: tuple[Catcher, ...] = ()

    def __init__(self, name: str, following: str | None) -> None:
        self.name = name
        self.following = following

    def __init_subclass__(cls) -> None:
        kind = cls.__dict__.get("kind")
        if kind is not None:
            cls.entered_type = f"{kind}StateEntered"
            cls.exited_type = f"{kind}StateExited"

    def enter(self, turn: Turn, frame: Frame) -> None:
        """Begin, for the first time or again: leave the state, fail, or leave the frame waiting."""
        raise NotImplementedError

    def redrive(self, turn: Turn, frame: Frame) -> None:
        """Begin after a redrive, having failed or been given up."""
        turn.tree.forget(frame)
        self.enter(turn, frame)

    def resume(self, turn: Turn, frame: Frame, happening: Happening) -> None:
        """Something happened that the frame waits for. Only states that wait are asked."""

    def proceed(self, turn: Turn, frame: Frame) -> None:
        """Do more while the frame waits, as was asked by `Turn.proceed_later`."""

    def token(self, turn: Turn, frame: Frame) -> str | None:
        """The `Task.Token` of the context object."""
        return None

    def abort(self, turn: Turn, frame: Frame) -> None:
        """The frame is given up while it waits in this state: take back what was asked for."""

    def goes_to(self) -> Iterator[str]:
        """The states that may come next."""
        if self.following is not None:
            yield self.following
        for catcher in self.catchers:
            yield catcher.following

    def lines(self) -> tuple[Line, ...]:
        """The lines below: the branches of a Parallel, the one of a Map."""
        return ()

    def line_below(self, index: int) -> Line:
        """The line that what has the index below runs: a branch, an iteration."""
        raise NotImplementedError

    def item(self, arguments: Document, index: int) -> dict[str, Any] | None:
        """The `Map.Item` of the context object in the line below with that index."""
        return None

    def line_aborted(self, turn: Turn, line: Frame) -> None:
        """A line below is given up."""

    def line_ended(self, turn: Turn, frame: Frame, line: Frame, output: Document) -> None:
        """A line below ended well."""

    def line_failed(self, turn: Turn, line: Frame) -> None:
        """A line below failed; the state itself will."""
