"""What the expressions of a state that is tried see, for looking at its data flow step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from windsock.languages.asl.document import Document
from windsock.languages.asl.flows.jsonata import JsonataFlow
from windsock.languages.asl.flows.jsonpath import JsonPathFlow
from windsock.languages.asl.frames import ROOT
from windsock.languages.asl.settings import Setting
from windsock.languages.asl.trials.setup import Setup
from windsock.languages.asl.trials.subject import Subject
from windsock.languages.asl.turn import Turn


class Scene:
    """The state, before it begins. Its methods raise StatesError as the state itself would."""

    def __init__(self, subject: Subject, setup: Setup) -> None:
        run = setup.run(subject, subject.machine())
        self.subject = subject
        self.frame = run.tree.frames[ROOT]
        self.turn = Turn(run, setup.now_ms, 0)

    def input(self) -> Document:
        """The input of the state after its InputPath."""
        return self._flow("InputPath").input(self.turn, self.frame)

    def parameters(self) -> Document:
        """What Parameters make of that."""
        return self._flow("InputPath", "Parameters").arguments(self.turn, self.frame)

    def arguments(self) -> Document:
        """What Arguments make of the input."""
        return JsonataFlow(self._only("Arguments")).arguments(self.turn, self.frame)

    def selected(self, result: Document) -> Document:
        """What ResultSelector makes of a result."""
        output, _ = self._flow("ResultSelector").finish(self.turn, self.frame, result)
        return output

    def combined(self, result: Document) -> Document:
        """The input with the selected result at its ResultPath."""
        output, _ = self._flow("ResultSelector", "ResultPath").finish(self.turn, self.frame, result)
        return output

    def number(self, name: str, *, whole: bool = True) -> float | None:
        """A number of the state, also written as a path or in JSONata; None when it has none."""
        setting = Setting.compile(self.subject.spec, name, jsonata=self.subject.jsonata, whole=whole)
        return None if setting is None else setting.evaluate(self.turn, self.frame, self.input())

    def _flow(self, *fields: str) -> JsonPathFlow:
        return JsonPathFlow(self._only(*fields) if not self.subject.jsonata else {})

    def _only(self, *fields: str) -> dict[str, Any]:
        return {name: self.subject.spec[name] for name in fields if name in self.subject.spec}


def texts(documents: Iterable[Document]) -> str:
    """The JSON array of documents."""
    return f"[{','.join(document.text for document in documents)}]"
