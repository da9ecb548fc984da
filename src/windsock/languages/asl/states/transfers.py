"""ItemReader and ResultWriter: where a distributed Map reads its items and puts its results.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html,
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.flows import jsonata as jsonata_flow
from windsock.languages.asl.flows import jsonpath
from windsock.languages.asl.settings import Setting

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn


class Transfer:
    """An ItemReader or ResultWriter, compiled."""

    __slots__ = ("_arguments_jsonata", "_arguments_path", "_config_name", "_most", "_resource", "config")

    def __init__(self, spec: Mapping[str, Any], config_name: str, within: str, *, jsonata: bool) -> None:
        self._resource = spec.get("Resource")
        self._config_name = config_name
        self.config = spec.get(config_name, {})
        if not isinstance(self._resource, str | None) or not isinstance(self.config, Mapping):
            raise DefinitionError(f"{within} needs a Resource, and its {config_name} must be a JSON object")
        self._most = Setting.compile(self.config, "MaxItems", jsonata=jsonata)
        self._arguments_path = None if jsonata else jsonpath.template(spec, "Parameters")
        self._arguments_jsonata = jsonata_flow.template(spec, "Arguments", f"{within}/") if jsonata else None

    @classmethod
    def compile(
        cls, spec: Mapping[str, Any], name: str, config_name: str, *, jsonata: bool
    ) -> Transfer | None:
        """The field `name` of a state, if it has it. Raises DefinitionError."""
        transfer = spec.get(name)
        if transfer is None:
            return None
        if not isinstance(transfer, Mapping):
            raise DefinitionError(f"{name} must be a JSON object")
        return cls(transfer, config_name, name, jsonata=jsonata)

    @property
    def has_resource(self) -> bool:
        """Whether it leads anywhere; a ResultWriter may only say what the results look like."""
        return self._resource is not None

    def evaluate(self, turn: Turn, frame: Frame, effective: Document) -> dict[str, Any]:
        """`Resource`, the config, and `Arguments`. Raises StatesError."""
        arguments: Any = {}
        if self._arguments_path is not None:
            arguments = self._arguments_path.evaluate(effective.value, turn.environment(frame))
        elif self._arguments_jsonata is not None:
            states = {"input": frame.input.value}
            arguments = self._arguments_jsonata.evaluate(states, turn.environment(frame))
        config = {name: value for name, value in self.config.items() if name != "MaxItemsPath"}
        if self._most is not None:
            config["MaxItems"] = int(self._most.evaluate(turn, frame, effective))
        return {"Resource": self._resource, self._config_name: config, "Arguments": arguments}


def shape_results(results: list[Document], writer: Transfer | None) -> Document:
    """The outputs of the children as the result of the state; the Transformation FLATTEN joins arrays."""
    if writer is None or writer.config.get("Transformation") != "FLATTEN":
        return Document.array(results)
    parts: list[Document] = []
    for result in results:
        value = result.value
        parts += [Document(each) for each in value] if isinstance(value, list) else [result]
    return Document.array(parts)
