"""What a Map state goes over and tolerates, when its iterations are mocked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from windsock.languages.asl.document import Document
from windsock.languages.asl.failures import TOO_MANY_FAILED
from windsock.languages.asl.flows import jsonata, jsonpath
from windsock.languages.asl.states.batches import Batcher
from windsock.languages.asl.states.map_ import Items
from windsock.languages.asl.trials.scene import Scene
from windsock.languages.asl.trials.trial import Result

_CAUSE = "The specified tolerated failure threshold was exceeded"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many iterations of a Map may run at once, and how many may fail."""

    max_concurrency: int
    count: int | None
    percentage: float | None

    @classmethod
    def of(cls, scene: Scene) -> Tolerance:
        """What the state says. Raises StatesError."""
        count = scene.number("ToleratedFailureCount")
        percentage = scene.number("ToleratedFailurePercentage", whole=False)
        at_once = scene.number("MaxConcurrency") or 0
        return cls(
            int(at_once),
            None if count is None else int(count),
            None if percentage is None else float(percentage),
        )

    def judge(self, failures: int, items: int | None, result: Result) -> Result:
        """The result of the iterations, or the error that so many failed ones mean."""
        too_many = self.count is not None and failures > self.count
        if self.percentage is not None and items:
            too_many = too_many or failures * 100 > self.percentage * items
        return Result(error=TOO_MANY_FAILED, cause=_CAUSE) if too_many else result


def items_of(scene: Scene) -> Document:
    """The array in its input that the Map goes over. Raises StatesError."""
    items = Items(scene.subject.spec, jsonata_mode=scene.subject.jsonata, objects=False)
    return Document(items.evaluate(scene.turn, scene.frame, scene.input()))


def has_selector(scene: Scene) -> bool:
    """Whether the state has an ItemSelector (which was called Parameters before)."""
    return bool({"ItemSelector", "Parameters"} & scene.subject.spec.keys())


def select(scene: Scene, items: Document) -> list[Document]:
    """What the iterations are given, after ItemSelector. Raises StatesError."""
    return [_selected(scene, item, index) for index, item in enumerate(items.value)]


def _selected(scene: Scene, item: Any, index: int) -> Document:
    spec, turn, frame = scene.subject.spec, scene.turn, scene.frame
    environment = turn.environment(frame, item={"Index": index, "Value": item})
    if scene.subject.jsonata:
        expression = jsonata.template(spec, "ItemSelector")
        if expression is not None:
            return Document(expression.evaluate({"input": frame.input.value}, environment))
    else:
        template = jsonpath.template(spec, "ItemSelector" if "ItemSelector" in spec else "Parameters")
        if template is not None:
            return Document(template.evaluate(scene.input().value, environment))
    return Document(item)


def batch(scene: Scene, items: list[Document]) -> list[Document] | None:
    """What the child executions are given, after ItemBatcher; None without one. Raises StatesError."""
    batcher = Batcher.compile(scene.subject.spec, jsonata=scene.subject.jsonata)
    if batcher is None:
        return None
    batching = batcher.evaluate(scene.turn, scene.frame, scene.input())
    batches, first = [], 0
    while first < len(items):
        size, document = batcher.next(batching, islice(items, first, None))
        batches.append(document)
        first += size
    return batches
