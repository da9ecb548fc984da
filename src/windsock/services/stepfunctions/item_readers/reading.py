"""Reading the items of a distributed Map: which reader does it, and what all have in common."""

from __future__ import annotations

import functools
import gzip
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from windsock.kernel.discovery import mark, marked
from windsock.services.stepfunctions.work import WorkFailed

Items = AsyncIterator[Any]


class Objects(Protocol):
    """Where readers find objects. Both raise WorkFailed for what S3 answers."""

    async def get(self, bucket: str, key: str, **more: Any) -> bytes:
        """The content of an object."""

    def pages(self, **params: Any) -> AsyncIterator[list[dict[str, Any]]]:
        """What ListObjectsV2 lists, page by page."""


Reader = Callable[[Objects, Mapping[str, Any], Mapping[str, Any]], Items]
"""Given where objects are, the Arguments and the ReaderConfig; gives the items one by one."""

_PACKAGE: Final = "windsock.services.stepfunctions.item_readers"
_GET_OBJECT: Final = ":s3:getObject"
_LISTING: Final = "LISTING"
_GZIP: Final = b"\x1f\x8b"

F = TypeVar("F", bound=Reader)


@dataclass(frozen=True, slots=True)
class _Reads:
    form: str


def item_reader(form: str) -> Callable[[F], F]:
    """Register a reader of an InputType, or of a listing."""

    def register(function: F) -> F:
        mark(function, _Reads(form))
        return function

    return register


async def read_items(objects: Objects, reader: Mapping[str, Any]) -> list[Any]:
    """The items that an evaluated ItemReader leads to, as many as its MaxItems. Raises WorkFailed."""
    config: Mapping[str, Any] = reader.get("ReaderConfig") or {}
    is_object = str(reader["Resource"]).endswith(_GET_OBJECT)
    form = str(config.get("InputType", "")).upper() if is_object else _LISTING
    read = _readers().get(form)
    if read is None:
        raise WorkFailed(
            "States.ItemReaderFailed", f"windsock does not implement the InputType {form or None} yet."
        )
    most = config.get("MaxItems") or None
    items: list[Any] = []
    async for item in read(objects, reader.get("Arguments") or {}, config):
        items.append(item)
        if len(items) == most:
            break
    return items


async def content_of(objects: Objects, arguments: Mapping[str, Any]) -> bytes:
    """The object that Arguments name, unpacked if it is gzipped. Raises WorkFailed."""
    for name in ("Bucket", "Key"):
        if not isinstance(arguments.get(name), str):
            raise WorkFailed("States.ItemReaderFailed", f"The ItemReader needs a {name}.")
    more = {name: each for name, each in arguments.items() if name not in ("Bucket", "Key")}
    return unpacked(await objects.get(arguments["Bucket"], arguments["Key"], **more))


def unpacked(content: bytes) -> bytes:
    """The content of an object, unpacked if it is gzipped."""
    return gzip.decompress(content) if content.startswith(_GZIP) else content


@functools.cache
def _readers() -> Mapping[str, Reader]:
    return {marker.form: function for marker, function in marked(_PACKAGE, _Reads)}
