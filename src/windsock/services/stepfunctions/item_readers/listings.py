"""Listings: the objects of a bucket, as ListObjectsV2 tells them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from windsock.services.stepfunctions.item_readers.reading import Objects, item_reader
from windsock.services.stepfunctions.work import WorkFailed

_PARAMS: Final = ("Bucket", "Prefix", "Delimiter", "StartAfter", "ExpectedBucketOwner")


@item_reader("LISTING")
async def read_listing(
    objects: Objects, arguments: Mapping[str, Any], config: Mapping[str, Any]
) -> AsyncIterator[Any]:
    """The objects below a prefix."""
    if not isinstance(arguments.get("Bucket"), str):
        raise WorkFailed("States.ItemReaderFailed", "The ItemReader needs a Bucket.")
    params = {name: arguments[name] for name in _PARAMS if name in arguments}
    async for page in objects.pages(**params):
        for each in page:
            yield {
                "Etag": each.get("ETag"),
                "Key": each["Key"],
                "LastModified": round(each["LastModified"].timestamp()),
                "Size": each["Size"],
                "StorageClass": each.get("StorageClass", "STANDARD"),
            }
