"""The frames of a run, what they keep aside, and the results below them: found, added, removed, saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.languages.asl.document import Document
from windsock.languages.asl.frames import ROOT, Aside, Frame, Result
from windsock.languages.asl.lines import Line
from windsock.languages.asl.machine import Machine


class Tree:
    """The pieces by number, and what is below what. It notes which of them change."""

    __slots__ = ("_asides", "_below", "_results", "changed", "drawn", "frames")

    def __init__(self, drawn: int = 0) -> None:
        self.drawn = drawn
        """The last number that was used."""

        self.changed: set[int] = set()
        self.frames: dict[int, Frame] = {}
        self._asides: dict[int, Aside] = {}
        self._results: dict[int, Result] = {}
        self._below: dict[int, dict[int, int]] = {}
        """By frame: the numbers of the frames and results below it, by index."""

    @classmethod
    def planted(cls, machine: Machine, document: Document) -> Tree:
        """The tree of an execution that has not begun."""
        tree = cls()
        tree.frames[ROOT] = Frame(ROOT, ROOT, 0, machine.line, machine.line.start, document)
        tree.touch(ROOT)
        return tree

    @classmethod
    def restored(cls, machine: Machine, drawn: int, saved: Mapping[int, dict[str, Any]]) -> Tree:
        """The tree that these pieces are of."""
        tree = cls(drawn)
        for number in sorted(saved):  # What is below has a higher number.
            tree._take(machine, number, saved[number])
        for frame in tree.frames.values():
            if frame.aside:
                aside = tree._asides[frame.aside]
                frame.input, frame.variables = aside.input, aside.variables
        return tree

    def _take(self, machine: Machine, number: int, plain: dict[str, Any]) -> None:
        if "arguments" in plain:
            self._asides[number] = Aside.from_plain(plain)
        elif "result" in plain:
            self._put_result(number, Result.from_plain(plain))
        elif number == ROOT:
            self.frames[ROOT] = Frame.from_plain(ROOT, plain, machine.line)
        else:
            line = self._line_below(plain["parent"], plain["index"])
            self._put_line(Frame.from_plain(number, plain, line))

    def _line_below(self, parent: int, index: int) -> Line:
        frame = self.frames[parent]
        return frame.line.states[frame.state].line_below(index)

    def plain(self, number: int) -> dict[str, Any] | None:
        """What is saved of a piece; None when it is gone."""
        piece = self.frames.get(number) or self._asides.get(number) or self._results.get(number)
        return None if piece is None else piece.plain()

    def touch(self, number: int) -> None:
        """This piece changes."""
        self.changed.add(number)

    def draw(self) -> int:
        """A number that was not used before in this execution."""
        self.drawn += 1
        return self.drawn

    # What a frame sees.

    def variables(self, frame: Frame) -> dict[str, Any]:
        """The values of its variables and of those of the lines above."""
        seen: dict[str, Any] = {}
        while True:
            for name, document in frame.variables.items():
                seen.setdefault(name, document.value)
            if frame.number == ROOT:
                return seen
            frame = self.frames[frame.parent]

    def item(self, frame: Frame) -> dict[str, Any] | None:
        """The `Map.Item` of the context object, if it is in an iteration."""
        while frame.number != ROOT:
            parent = self.frames[frame.parent]
            item = parent.line.states[parent.state].item(self.arguments(parent), frame.index)
            if item is not None:
                return item
            frame = parent
        return None

    # What is below a frame.

    def put_aside(self, frame: Frame, arguments: Document) -> None:
        """Keep apart what stays while the frame is busy with many things, and what those are about."""
        frame.aside = number = self.draw()
        self._asides[number] = Aside(frame.input, frame.variables, arguments)
        self.touch(number)

    def arguments(self, frame: Frame) -> Document:
        """What those things are about."""
        return self._asides[frame.aside].arguments

    def add_line(self, parent: Frame, index: int, line: Line, document: Document, previous: int) -> Frame:
        """A line that begins below a frame, after the event `previous`."""
        child = Frame(self.draw(), parent.number, index, line, line.start, document, previous)
        self._put_line(child)
        self.touch(child.number)
        return child

    def remove_line(self, frame: Frame) -> None:
        """The line is over."""
        del self.frames[frame.number], self._below[frame.parent][frame.index]
        self.touch(frame.number)

    def lines(self, frame: Frame) -> list[Frame]:
        """The lines below the frame that are not over, in the order of their indexes."""
        below = self._below.get(frame.number, {})
        return [self.frames[below[index]] for index in sorted(below) if below[index] in self.frames]

    def add_result(self, parent: Frame, index: int, output: Document | None) -> None:
        """A line or child below the frame is over; without output if it failed."""
        number = self.draw()
        self._put_result(number, Result(parent.number, index, output))
        self.touch(number)

    def remove_result(self, parent: Frame, index: int) -> None:
        """What has that index below the frame is not over after all."""
        number = self._below.get(parent.number, {}).pop(index, None)
        if number is not None:
            del self._results[number]
            self.touch(number)

    def results(self, frame: Frame) -> list[Document]:
        """What ended well below the frame gave, in the order of the indexes."""
        below = self._below.get(frame.number, {})
        found = (self._results.get(below[index]) for index in sorted(below))
        return [result.output for result in found if result is not None and result.output is not None]

    def is_over(self, parent: Frame, index: int) -> bool:
        """Whether what has that index below the frame left a result."""
        return index in self._below.get(parent.number, ())

    def succeeded(self, parent: Frame, index: int) -> bool:
        """Whether it ended well."""
        result = self._results.get(self._below.get(parent.number, {}).get(index, ROOT))
        return result is not None and result.output is not None

    def forget(self, frame: Frame) -> None:
        """The frame leaves its state or begins it anew: what belonged to it there goes."""
        if frame.notes:
            frame.notes = {}
        if not frame.aside:
            return
        del self._asides[frame.aside]
        self.touch(frame.aside)
        frame.aside = 0
        for number in self._below.pop(frame.number, {}).values():
            self.touch(number)
            if self._results.pop(number, None) is None:
                self.forget(self.frames.pop(number))

    def _put_line(self, frame: Frame) -> None:
        self.frames[frame.number] = frame
        self._below.setdefault(frame.parent, {})[frame.index] = frame.number

    def _put_result(self, number: int, result: Result) -> None:
        self._results[number] = result
        self._below.setdefault(result.parent, {})[result.index] = number
