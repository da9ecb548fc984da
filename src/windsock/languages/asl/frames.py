"""What a run knows, in pieces that are saved one by one.

A *frame* is a line of states under way: the machine itself (number 0), a branch of a Parallel, an iteration
of a Map. While it waits for lines below it, what does not change meanwhile is put *aside*, in a piece that is
written once. A line that ended leaves a *result* until its siblings end too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from windsock.languages.asl import limits
from windsock.languages.asl.document import EMPTY, Document
from windsock.languages.asl.failures import Failed, Failure
from windsock.languages.asl.lines import Line

ROOT: Final = 0

RETRY: Final = "retry"
LINES: Final = "lines"
STOPPED: Final = "stopped"
REDRIVEN: Final = "redriven"
"""What a frame can wait for in any state: to try again, for lines below it, for a redrive, and then for its
turn."""


@dataclass(slots=True)
class Frame:
    """A line of states under way. The plain data of it is saved, `line` is found again from the parent."""

    number: int
    parent: int
    index: int
    line: Line
    state: str
    input: Document
    """What the state was given."""

    previous: int = 0
    """The event that the next one of this line follows."""

    entered: int = 0
    entered_after: int = 0
    """The id of the event that entered the state, and of the one before it."""

    entered_ms: int = 0
    waiting: str = ""
    """What for, in a word of the state's or one of those above; empty when it can go on."""

    seq: int = 0
    """The number of the wait; a happening with another one is too late."""

    timers: bool = False
    """Whether timers may be set."""

    retries: list[int] | None = None
    """Attempts by retrier, once one was used."""

    variables: dict[str, Document] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    """What the state itself wants to remember while it waits."""

    aside: int = 0
    """The number of the piece that holds input, variables and items meanwhile, if there is one."""

    @property
    def retry_count(self) -> int:
        """How often the state was tried again."""
        return sum(self.retries) if self.retries else 0

    def go_to(self, state: str, document: Document) -> None:
        """The frame goes to another state, which is given the document."""
        self.state = state
        self.input = document
        self.waiting = ""
        self.seq = self.entered = 0
        self.retries = None

    def assign(self, assigned: dict[str, Document]) -> None:
        """Set variables. Raises Failed when they are too large."""
        variables = self.variables | assigned
        if (
            sum(document.size() for document in assigned.values()) > limits.MAX_VARIABLE_BYTES
            or sum(document.size() for document in variables.values()) > limits.MAX_VARIABLES_BYTES
        ):
            raise Failed(Failure.too_large(self.state))
        self.variables = variables

    def plain(self) -> dict[str, Any]:
        """What is saved."""
        saved: dict[str, Any] = {
            "parent": self.parent,
            "index": self.index,
            "state": self.state,
            "previous": self.previous,
            "entered": [self.entered, self.entered_after, self.entered_ms],
            "waiting": self.waiting,
            "seq": self.seq,
        }
        if self.aside:
            saved["aside"] = self.aside
        else:
            saved["input"] = self.input.text
            if self.variables:
                saved["variables"] = {name: value.text for name, value in self.variables.items()}
        if self.timers:
            saved["timers"] = True
        if self.retries:
            saved["retries"] = self.retries
        if self.notes:
            saved["notes"] = self.notes
        return saved

    @classmethod
    def from_plain(cls, number: int, saved: dict[str, Any], line: Line) -> Frame:
        """The frame that was saved; what is aside comes with `take_aside`."""
        entered, entered_after, entered_ms = saved["entered"]
        frame = cls(
            number, saved["parent"], saved["index"], line, saved["state"], EMPTY, saved["previous"],
            entered, entered_after, entered_ms, saved["waiting"], saved["seq"], saved.get("timers", False),
            saved.get("retries"), notes=saved.get("notes", {}), aside=saved.get("aside", 0),
        )  # fmt: skip
        if "input" in saved:
            frame.input = Document(text=saved["input"])
            frame.variables = _documents(saved.get("variables", {}))
        return frame


@dataclass(slots=True)
class Aside:
    """What a frame keeps unchanged while lines run below it."""

    input: Document
    variables: dict[str, Document]
    arguments: Document
    """What the lines below start from: the input of branches, the items of a Map."""

    def plain(self) -> dict[str, Any]:
        """What is saved."""
        return {
            "input": self.input.text,
            "variables": {name: value.text for name, value in self.variables.items()},
            "arguments": self.arguments.text,
        }

    @classmethod
    def from_plain(cls, saved: dict[str, Any]) -> Aside:
        """What was saved."""
        return cls(
            Document(text=saved["input"]), _documents(saved["variables"]), Document(text=saved["arguments"])
        )


@dataclass(slots=True)
class Result:
    """How a line or child below `parent` ended; without output if it failed."""

    parent: int
    index: int
    output: Document | None

    def plain(self) -> dict[str, Any]:
        """What is saved."""
        text = None if self.output is None else self.output.text
        return {"parent": self.parent, "index": self.index, "result": text}

    @classmethod
    def from_plain(cls, saved: dict[str, Any]) -> Result:
        """What was saved."""
        text = saved["result"]
        return cls(saved["parent"], saved["index"], None if text is None else Document(text=text))


def _documents(texts: dict[str, str]) -> dict[str, Document]:
    return {name: Document(text=text) for name, text in texts.items()}
