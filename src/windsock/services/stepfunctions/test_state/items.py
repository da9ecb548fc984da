"""The items of a tested Map state: those in its input, or those that its ItemReader would have read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from windsock.languages.asl.document import Document
from windsock.languages.asl.trials import Scene, items_of
from windsock.services.stepfunctions.errors import not_valid
from windsock.services.stepfunctions.item_readers import read_items
from windsock.services.stepfunctions.work import WorkFailed


class _Given:
    """Objects that all have the content that the request gives."""

    def __init__(self, content: str) -> None:
        self._content = content.encode()

    async def get(self, bucket: str, key: str, **more: Any) -> bytes:
        """The content."""
        return self._content

    def pages(self, **params: Any) -> AsyncIterator[list[dict[str, Any]]]:
        """Refused: a listing is no content."""
        raise not_valid("TestState does not support MapItemReaderData for a listing of objects.")


async def find_items(scene: Scene, given: str | None) -> Document | None:
    """The items; None where they are to be read and are not given.

    Raises StatesError, ValidationException.
    """
    reader = scene.subject.spec.get("ItemReader")
    if reader is None:
        return items_of(scene)
    if given is None:
        return None
    config = {name: value for name, value in reader.get("ReaderConfig", {}).items() if name != "MaxItems"}
    asked = {
        "Resource": reader["Resource"],
        "ReaderConfig": config,
        "Arguments": {"Bucket": "given", "Key": "given"},
    }
    try:
        return Document(await read_items(_Given(given), asked))
    except (WorkFailed, ValueError) as error:
        raise not_valid(f"The value for 'mapItemReaderData' cannot be read: {error}") from error
