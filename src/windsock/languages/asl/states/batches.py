"""ItemBatcher: several items of a distributed Map in the input of one child execution.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.asl import limits
from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import DefinitionError, RuntimeFailure
from windsock.languages.asl.flows import jsonata as jsonata_flow
from windsock.languages.asl.flows import jsonpath
from windsock.languages.asl.settings import Setting
from windsock.languages.values import to_json

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

Batching = dict[str, Any]
"""What was found when the state was entered: at most so many `items` and `bytes`, and `input`, JSON or
None."""

_MOST_ITEMS: Final = 100_000_000


class Batcher:
    """An ItemBatcher, compiled."""

    __slots__ = ("_bytes", "_input_jsonata", "_input_path", "_items")

    def __init__(self, spec: Mapping[str, Any], *, jsonata: bool) -> None:
        self._items = Setting.compile(spec, "MaxItemsPerBatch", jsonata=jsonata, check=_positive)
        self._bytes = Setting.compile(spec, "MaxInputBytesPerBatch", jsonata=jsonata, check=_positive)
        self._input_path = None if jsonata else jsonpath.template(spec, "BatchInput")
        self._input_jsonata = jsonata_flow.template(spec, "BatchInput", "ItemBatcher/") if jsonata else None

    @classmethod
    def compile(cls, spec: Mapping[str, Any], *, jsonata: bool) -> Batcher | None:
        """The ItemBatcher of a state, if it has one. Raises DefinitionError."""
        batcher = spec.get("ItemBatcher")
        if batcher is None:
            return None
        if not isinstance(batcher, Mapping):
            raise DefinitionError("ItemBatcher must be a JSON object")
        return cls(batcher, jsonata=jsonata)

    def evaluate(self, turn: Turn, frame: Frame, effective: Document) -> Batching:
        """What the batches of this state are like. Raises StatesError."""
        most, size = _MOST_ITEMS, limits.MAX_PAYLOAD_BYTES
        if self._items is not None:
            most = int(self._items.evaluate(turn, frame, effective))
        if self._bytes is not None:
            size = min(int(self._bytes.evaluate(turn, frame, effective)), size)
        found: Any = None
        if self._input_path is not None:
            found = self._input_path.evaluate(effective.value, turn.environment(frame))
        elif self._input_jsonata is not None:
            found = self._input_jsonata.evaluate({"input": frame.input.value}, turn.environment(frame))
        return {"items": most, "bytes": size, "input": None if found is None else to_json(found)}

    def next(self, batching: Batching, items: Iterator[Document]) -> tuple[int, Document]:
        """The next batch of the items that are left: how many, and the input of the child."""
        fixed = (
            '{"Items":[]}'
            if batching["input"] is None
            else f'{{"BatchInput":{batching["input"]},"Items":[]}}'
        )
        size = len(fixed.encode())
        texts: list[str] = []
        for item in items:
            size += item.size() + 1
            if texts and (len(texts) == batching["items"] or size > batching["bytes"]):
                break
            texts.append(item.text)
        return len(texts), Document(text=f"{fixed[:-2]}{','.join(texts)}]}}")


def _positive(number: float, name: str) -> None:
    if number <= 0:
        raise RuntimeFailure(f"{name} must be a positive integer.")
