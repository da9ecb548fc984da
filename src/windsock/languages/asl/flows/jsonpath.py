"""Data flow in JSONPath mode: InputPath, Parameters, ResultSelector, ResultPath, OutputPath, and Assign.

Source: "Processing input and output in Step Functions"
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.asl.document import EMPTY, Document
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.flows.flow import Assigned
from windsock.languages.asl.paths import Path, ReferencePath
from windsock.languages.asl.templates import Template

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

_ROOT: Final = "$"


class JsonPathFlow:
    """The fields of one state. Those that change nothing are None. Immutable."""

    __slots__ = (
        "_assign",
        "_input_path",
        "_nothing_in",
        "_nothing_out",
        "_output_path",
        "_parameters",
        "_result_dropped",
        "_result_path",
        "_result_selector",
    )  # fmt: skip

    jsonata = False

    def __init__(self, spec: Mapping[str, Any], arguments: str = "Parameters") -> None:
        self._nothing_in, self._input_path = _path(spec, "InputPath")
        self._nothing_out, self._output_path = _path(spec, "OutputPath")
        self._parameters = template(spec, arguments)
        self._result_selector = template(spec, "ResultSelector")
        self._result_dropped, self._result_path = result_path(spec)
        self._assign = template(spec, "Assign")

    def input(self, turn: Turn, frame: Frame) -> Document:
        """See Flow."""
        if self._input_path is not None:
            return Document(self._input_path.select(frame.input.value, turn.environment(frame)))
        return EMPTY if self._nothing_in else frame.input

    def arguments(self, turn: Turn, frame: Frame) -> Document:
        """See Flow."""
        effective = self.input(turn, frame)
        if self._parameters is None:
            return effective
        return Document(self._parameters.evaluate(effective.value, turn.environment(frame)))

    def leave(self, turn: Turn, frame: Frame, effective: Document) -> tuple[Document, Assigned]:
        """See Flow."""
        return self._output(turn, frame, effective), self._assigned(turn, frame, effective)

    def finish(self, turn: Turn, frame: Frame, result: Document) -> tuple[Document, Assigned]:
        """See Flow."""
        if self._result_selector is not None:
            result = Document(self._result_selector.evaluate(result.value, turn.environment(frame)))
        if self._result_path is not None:
            combined = Document(self._result_path.put(frame.input.value, result.value))
        else:
            combined = frame.input if self._result_dropped else result
        return self._output(turn, frame, combined), self._assigned(turn, frame, result)

    def _output(self, turn: Turn, frame: Frame, document: Document) -> Document:
        if self._output_path is not None:
            return Document(self._output_path.select(document.value, turn.environment(frame)))
        return EMPTY if self._nothing_out else document

    def _assigned(self, turn: Turn, frame: Frame, document: Document) -> Assigned:
        return None if self._assign is None else assigned(self._assign, turn, frame, document)


def assigned(assign: Template, turn: Turn, frame: Frame, document: Document) -> dict[str, Document]:
    """The variables that an Assign sets; `$` in it is the document."""
    values = assign.evaluate(document.value, turn.environment(frame))
    return {name: Document(value) for name, value in values.items()}


def template(spec: Mapping[str, Any], name: str) -> Template | None:
    """The payload template of a field, if the state has it."""
    return Template.compile(spec[name]) if name in spec else None


def result_path(spec: Mapping[str, Any]) -> tuple[bool, ReferencePath | None]:
    """Whether the result is thrown away, and where it goes if not in place of the input."""
    if "ResultPath" not in spec or spec["ResultPath"] == _ROOT:
        return False, None
    text = spec["ResultPath"]
    if text is None:
        return True, None
    if not isinstance(text, str):
        raise DefinitionError("ResultPath must be a reference path or null")
    return False, ReferencePath.parse(text)


def _path(spec: Mapping[str, Any], name: str) -> tuple[bool, Path | None]:
    """Whether nothing is selected, and what is if not all."""
    if name not in spec or spec[name] == _ROOT:
        return False, None
    text = spec[name]
    if text is None:
        return True, None
    if not isinstance(text, str):
        raise DefinitionError(f"{name} must be a path or null")
    return False, Path.parse(text, field=name)
