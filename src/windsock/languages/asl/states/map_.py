"""Map: the same line for every item, Inline (in this execution) or Distributed (each in one of its own).

What both have in common is here. Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from windsock.languages.asl.compiling import Place, compile_line, following
from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import DefinitionError, RuntimeFailure, StatesError
from windsock.languages.asl.failures import QUERY_EVALUATION
from windsock.languages.asl.flows import jsonata, jsonpath
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.lines import Line, State
from windsock.languages.asl.paths import Path
from windsock.languages.asl.retries import catchers, retriers
from windsock.languages.asl.settings import Setting
from windsock.languages.values import to_json

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

INLINE = "INLINE"
DISTRIBUTED = "DISTRIBUTED"


class Map(State):
    """A Map of either mode."""

    kind = "Map"
    failed_type = "MapStateFailed"
    aborted_type = "MapStateAborted"
    retriable = True
    takes_objects: ClassVar[bool]
    """Whether it goes over the members of an object, too."""

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, following(spec))
        processor = processor_of(spec)
        self._line = compile_line(processor, jsonata=place.jsonata_machine, depth=place.depth + 1)
        self._flow = place.flow({name: value for name, value in spec.items() if name != "Parameters"})
        self._items = Items(spec, jsonata_mode=place.jsonata, objects=self.takes_objects)
        self._concurrency = Setting.compile(
            spec, "MaxConcurrency", jsonata=place.jsonata, check=_not_negative
        )
        # Parameters is what ItemSelector was called before.
        selector = "ItemSelector" if "ItemSelector" in spec else "Parameters"
        self._selector_path = None if place.jsonata else jsonpath.template(spec, selector)
        self._selector_jsonata = jsonata.template(spec, "ItemSelector") if place.jsonata else None
        self.retriers = retriers(spec)
        self.catchers = catchers(spec, jsonata=place.jsonata)

    def lines(self) -> tuple[Line, ...]:
        """See State."""
        return (self._line,)

    def line_below(self, index: int) -> Line:
        """See State."""
        return self._line

    def item(self, arguments: Document, index: int) -> dict[str, Any]:
        """See State."""
        return {"Index": index, "Value": arguments.value[index]}

    def _most_at_once(self, turn: Turn, frame: Frame, effective: Document, limit: int) -> int:
        if self._concurrency is None:
            return limit
        return min(int(self._concurrency.evaluate(turn, frame, effective)) or limit, limit)

    def _selected(
        self, turn: Turn, frame: Frame, effective: Document, item: Any, told: dict[str, Any]
    ) -> Document:
        """What is passed on of an item. `told` is what the context object tells of it."""
        if self._selector_path is not None:
            environment = turn.environment(frame, item=told)
            return Document(self._selector_path.evaluate(effective.value, environment))
        if self._selector_jsonata is not None:
            environment = turn.environment(frame, item=told)
            return Document(self._selector_jsonata.evaluate({"input": frame.input.value}, environment))
        return Document(item)


class Items:
    """What a Map goes over, when it is in its input: ItemsPath, Items."""

    __slots__ = ("_expression", "_jsonata", "_objects", "_path", "_path_text")

    def __init__(self, spec: Mapping[str, Any], *, jsonata_mode: bool, objects: bool) -> None:
        self._jsonata = jsonata_mode
        self._objects = objects
        self._expression: JsonataTemplate | None = None
        self._path: Path | None = None
        self._path_text = "$"
        if jsonata_mode:
            self._expression = jsonata.template(spec, "Items")
        elif "ItemsPath" in spec:
            path = spec["ItemsPath"]
            if not isinstance(path, str):
                raise DefinitionError("ItemsPath must be a path")
            self._path, self._path_text = Path.parse(path, field="ItemsPath"), path

    def evaluate(self, turn: Turn, frame: Frame, effective: Document) -> Any:
        """An array, or also an object where that is allowed. Raises StatesError for anything else."""
        if self._expression is not None:
            states, environment = {"input": frame.input.value}, turn.environment(frame)
            if self._objects:
                found: Any = self._expression.evaluate(states, environment)
                if isinstance(found, dict):
                    return found
            found = self._expression.evaluate_as("array", states, environment)
        elif self._path is not None:
            found = self._path.select(effective.value, turn.environment(frame))
        else:
            found = effective.value
        if isinstance(found, list) or (self._objects and isinstance(found, dict)):
            return found
        if self._jsonata:
            raise StatesError(QUERY_EVALUATION, f"Map state input must be an array but was: {to_json(found)}")
        raise RuntimeFailure(f'Reference path "{self._path_text}" must point to array.')


def processor_of(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ItemProcessor of a Map, which was called Iterator before. Raises DefinitionError."""
    processor = spec.get("ItemProcessor", spec.get("Iterator"))
    if not isinstance(processor, Mapping):
        raise DefinitionError("A Map needs an ItemProcessor")
    return processor


def mode_of(spec: Mapping[str, Any]) -> str:
    """INLINE or DISTRIBUTED. Raises DefinitionError."""
    config = processor_of(spec).get("ProcessorConfig", {})
    if not isinstance(config, Mapping) or config.get("Mode", INLINE) not in (INLINE, DISTRIBUTED):
        raise DefinitionError("The Mode of a Map must be INLINE or DISTRIBUTED")
    return str(config.get("Mode", INLINE))


def _not_negative(number: float, name: str) -> None:
    if number < 0:
        raise RuntimeFailure(f"{name} cannot be negative.")
