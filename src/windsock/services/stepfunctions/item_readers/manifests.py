"""Manifests: files that list files. An S3 inventory's items are its objects; Athena's, the rows of its files.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html and
https://docs.aws.amazon.com/athena/latest/ug/unload.html
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import orjson

from windsock.kernel.arns import parse_arn
from windsock.services.stepfunctions.item_readers.csv_rows import by_header, rows_of
from windsock.services.stepfunctions.item_readers.reading import Objects, content_of, item_reader, unpacked
from windsock.services.stepfunctions.work import WorkFailed

_ATHENA: Final = "ATHENA_DATA"
_S3: Final = "s3://"


@item_reader("MANIFEST")
async def read_manifest(
    objects: Objects, arguments: Mapping[str, Any], config: Mapping[str, Any]
) -> AsyncIterator[Any]:
    """What a manifest leads to."""
    content = await content_of(objects, arguments)
    if config.get("ManifestType") == _ATHENA:
        async for item in _athena(objects, content):
            yield item
        return
    manifest = orjson.loads(content)
    if manifest.get("fileFormat") != "CSV":
        raise WorkFailed(
            "States.ItemReaderFailed",
            f"windsock does not implement inventories as {manifest.get('fileFormat')} yet.",
        )
    headers = [each.strip() for each in manifest["fileSchema"].split(",")]
    arn = parse_arn(manifest["destinationBucket"])
    bucket = arn.resource if arn is not None else manifest["destinationBucket"]
    for file in manifest["files"]:
        for row in rows_of(unpacked(await objects.get(bucket, file["key"]))):
            yield by_header(headers, row)


async def _athena(objects: Objects, content: bytes) -> AsyncIterator[Any]:
    """The lines, each JSON, of the files that a manifest of UNLOAD names."""
    for line in content.decode().split():
        bucket, _, key = line.removeprefix(_S3).partition("/")
        for row in unpacked(await objects.get(bucket, key)).splitlines():
            if row.strip():
                yield orjson.loads(row)
