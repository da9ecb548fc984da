"""Data flow in JSONata mode: Arguments, Output, Assign.

Source: "Transforming data with JSONata in Step Functions"
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl.document import Document
from windsock.languages.asl.flows.flow import Assigned
from windsock.languages.asl.jsonata import JsonataTemplate

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


class JsonataFlow:
    """The fields of one state. Immutable."""

    __slots__ = ("_arguments", "_assign", "_output")

    jsonata = True

    def __init__(self, spec: Mapping[str, Any], *, within: str = "") -> None:
        """`within` is in front of the names of the fields in errors."""
        self._arguments = template(spec, "Arguments")
        self._output = template(spec, "Output", within)
        self._assign = template(spec, "Assign", within)

    def input(self, turn: Turn, frame: Frame) -> Document:
        """See Flow."""
        return frame.input

    def arguments(self, turn: Turn, frame: Frame) -> Document:
        """See Flow."""
        if self._arguments is None:
            return frame.input
        return Document(self._arguments.evaluate({"input": frame.input.value}, turn.environment(frame)))

    def leave(self, turn: Turn, frame: Frame, effective: Document) -> tuple[Document, Assigned]:
        """See Flow."""
        if self._output is None and self._assign is None:
            return effective, None
        return self.settle(turn, frame, {"input": frame.input.value}, effective)

    def finish(self, turn: Turn, frame: Frame, result: Document) -> tuple[Document, Assigned]:
        """See Flow."""
        if self._output is None and self._assign is None:
            return result, None
        return self.settle(turn, frame, {"input": frame.input.value, "result": result.value}, result)

    def settle(
        self, turn: Turn, frame: Frame, states: Mapping[str, Any], otherwise: Document
    ) -> tuple[Document, Assigned]:
        """Output and variables. `states` is what `$states` holds, `otherwise` the output if none is said."""
        environment = turn.environment(frame)
        output, variables = otherwise, None
        if self._output is not None:
            output = Document(self._output.evaluate(states, environment))
        if self._assign is not None:
            values = self._assign.evaluate(states, environment)
            variables = {name: Document(value) for name, value in values.items()}
        return output, variables


def template(spec: Mapping[str, Any], name: str, within: str = "") -> JsonataTemplate | None:
    """The template of a field, if the state has it."""
    return JsonataTemplate.compile(spec[name], field=f"{within}{name}") if name in spec else None
