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
_FLATTENING: Final = "LOAD_AND_FLATTEN"
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
    most = config.get("MaxItems") or None
    items: list[Any] = []
    async for item in _read(reader)(objects, reader.get("Arguments") or {}, config):
        items.append(item)
        if len(items) == most:
            break
    return items


def source_of(reader: Mapping[str, Any]) -> str:
    """What the context object says of where the items are from: an object, or the bucket that is listed.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
    """
    arguments = reader.get("Arguments") or {}
    bucket = f"S3://{arguments.get('Bucket')}"
    return f"{bucket}/{arguments.get('Key')}" if _is_object(reader) else bucket


def _is_object(reader: Mapping[str, Any]) -> bool:
    return str(reader["Resource"]).endswith(_GET_OBJECT)


def _read(reader: Mapping[str, Any]) -> Reader:
    """The reader of what an ItemReader is about. Raises WorkFailed."""
    config = reader.get("ReaderConfig") or {}
    if not _is_object(reader):
        if config.get("Transformation") != _FLATTENING:
            return _readers()[_LISTING]
        return functools.partial(_read_listed, _reader_of(config))
    return _reader_of(config)


def _reader_of(config: Mapping[str, Any]) -> Reader:
    form = str(config.get("InputType", "")).upper()
    found = _readers().get(form)
    if found is None:
        raise WorkFailed(
            "States.ItemReaderFailed", f"windsock does not implement the InputType {form or None} yet."
        )
    return found


async def _read_listed(
    read: Reader, objects: Objects, arguments: Mapping[str, Any], config: Mapping[str, Any]
) -> Items:
    """The items in all objects of a listing; what is empty, as folders are, holds none."""
    async for each in _readers()[_LISTING](objects, arguments, config):
        if each["Size"]:
            place = {"Bucket": arguments["Bucket"], "Key": each["Key"]}
            async for item in read(objects, place, config):
                yield item


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
