"""JSON: the elements of an array; and JSON Lines: an item a line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson

from windsock.services.stepfunctions.item_readers.reading import Objects, content_of, item_reader
from windsock.services.stepfunctions.work import WorkFailed


@item_reader("JSON")
async def read_json(
    objects: Objects, arguments: Mapping[str, Any], config: Mapping[str, Any]
) -> AsyncIterator[Any]:
    """The elements of the array that a file is, or that its ItemsPointer leads to."""
    value = _parsed(await content_of(objects, arguments))
    for step in str(config.get("ItemsPointer", "")).split("/")[1:]:
        value = _below(value, step.replace("~1", "/").replace("~0", "~"))
    if not isinstance(value, list):
        raise WorkFailed("States.ItemReaderFailed", "Attempting to map over non-iterable node.")
    for item in value:
        yield item


@item_reader("JSONL")
async def read_json_lines(
    objects: Objects, arguments: Mapping[str, Any], config: Mapping[str, Any]
) -> AsyncIterator[Any]:
    """The lines of a file."""
    for line in (await content_of(objects, arguments)).splitlines():
        if line.strip():
            yield _parsed(line)


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise WorkFailed("States.ItemReaderFailed", f"The object is no JSON: {error}") from error


def _below(value: Any, step: str) -> Any:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    raise WorkFailed("States.ItemReaderFailed", f"The ItemsPointer leads nowhere at {step!r}.")
