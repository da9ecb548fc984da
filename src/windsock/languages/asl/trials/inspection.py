"""The data of a state after each step of its processing: what TestState calls inspection data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import StatesError
from windsock.languages.asl.trials import map_trials
from windsock.languages.asl.trials.scene import Scene, texts
from windsock.languages.asl.trials.trial import Result

Step = tuple[str, Document | str | float]


def inspect(scene: Scene, result: Result | None, items: Document | None = None) -> dict[str, Any]:
    """The members of InspectionData, as far as the state came: JSON texts, and the numbers of a Map.

    `items` are those that the ItemReader of a Map read.
    """
    text = None if result is None else result.text
    document = None if text is None else Document(text=text)
    found: dict[str, Any] = {"input": scene.frame.input.text}
    # Where the state fails there is nothing to show, and none after it.
    with suppress(StatesError):
        for name, value in _STEPS[scene.subject.type](scene, document, items):
            found[name] = value.text if isinstance(value, Document) else value
    return found


def _pass(scene: Scene, result: Document | None, items: Document | None) -> Iterator[Step]:
    spec = scene.subject.spec
    if scene.subject.jsonata:
        return
    if "Result" in spec:
        outcome = Document(spec["Result"])
        yield "result", outcome
    else:
        yield "afterInputPath", scene.input()
        outcome = scene.parameters()
        yield "afterParameters", outcome
    yield "afterResultSelector", outcome
    yield "afterResultPath", scene.combined(outcome)


def _task(scene: Scene, result: Document | None, items: Document | None) -> Iterator[Step]:
    if scene.subject.jsonata:
        yield "afterArguments", scene.arguments()
    else:
        yield "afterInputPath", scene.input()
        yield "afterParameters", scene.parameters()
    if result is not None:
        yield "result", result
        yield from _results(scene, result)


def _parallel(scene: Scene, result: Document | None, items: Document | None) -> Iterator[Step]:
    if result is not None:
        yield from _results(scene, result)


def _map(scene: Scene, result: Document | None, items: Document | None) -> Iterator[Step]:
    tolerance = map_trials.Tolerance.of(scene)
    yield "maxConcurrency", tolerance.max_concurrency
    if tolerance.count is not None:
        yield "toleratedFailureCount", tolerance.count
    if tolerance.percentage is not None:
        yield "toleratedFailurePercentage", tolerance.percentage
    yield from _items(scene, items)
    if result is not None:
        yield from _results(scene, result)


def _items(scene: Scene, items: Document | None) -> Iterator[Step]:
    if not scene.subject.jsonata:
        yield "afterInputPath", scene.input()
    if "ItemReader" not in scene.subject.spec:
        items = map_trials.items_of(scene)
        if not scene.subject.jsonata:
            yield "afterItemsPath", items
    if items is None:
        return
    selected = map_trials.select(scene, items)
    if map_trials.has_selector(scene):
        yield "afterItemSelector", texts(selected)
    batches = map_trials.batch(scene, selected)
    if batches is not None:
        yield "afterItemBatcher", texts(batches)


def _results(scene: Scene, result: Document) -> Iterator[Step]:
    if not scene.subject.jsonata:
        yield "afterResultSelector", scene.selected(result)
        yield "afterResultPath", scene.combined(result)


def _other(scene: Scene, result: Document | None, items: Document | None) -> Iterator[Step]:
    if not scene.subject.jsonata:
        yield "afterInputPath", scene.input()


_STEPS: Final[Mapping[str, Callable[[Scene, Document | None, Document | None], Iterator[Step]]]] = {
    "Pass": _pass,
    "Task": _task,
    "Parallel": _parallel,
    "Map": _map,
    "Choice": _other,
    "Wait": _other,
    "Succeed": _other,
    "Fail": _other,
}
