"""Objects on their way in: a body that goes into a file instead of memory.

That is decided by the head of the request: a large body, or one of unknown size, of an operation whose input
is a stream, where the service is not one of windsock's own.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from windsock.engine.engine import Engine
from windsock.engine.uploads import Upload, Uploads
from windsock.gateway.bodies import Dechunker, is_chunked
from windsock.gateway.identify import Unidentified, identify
from windsock.gateway.incoming import Receive, body_pieces
from windsock.gateway.request import ReceivedFile, Request
from windsock.kernel.errors import AwsError, RequestTooLarge
from windsock.kernel.limits import MAX_BODY_IN_MEMORY, MAX_OBJECT_BODY

_METHODS = frozenset({"PUT", "POST"})
_TRANSIT = frozenset({"content-encoding", "x-amz-content-sha256"})


class EntityTooLarge(RequestTooLarge):
    """An object larger than one request may bring."""

    code = "EntityTooLarge"
    status = 400

    def __init__(self) -> None:
        super().__init__("Your proposed upload exceeds the maximum allowed size")


def is_upload(engine: Engine, head: Request) -> bool:
    """Whether the body of a request, of which only the head is there, goes into a file."""
    size = int(head.headers.get("content-length", MAX_OBJECT_BODY))
    if head.method not in _METHODS or size <= MAX_BODY_IN_MEMORY:
        return False
    plain = {name: value for name, value in head.headers.items() if name not in _TRANSIT}
    try:
        identified = identify(dataclasses.replace(head, headers=plain))
    except (AwsError, Unidentified):
        return False
    return identified.operation.has_streaming_input and not engine.rooms.is_native(identified.service)


@asynccontextmanager
async def uploaded(engine: Engine, head: Request, receive: Receive) -> AsyncIterator[Request]:
    """The request with its body in a file, which is gone after the block unless somebody has taken it over.

    Raises AwsError `IncompleteBody`, RequestTooLarge, and ClientGone.
    """
    upload = engine.part(Uploads).begin()
    try:
        yield dataclasses.replace(head, file=await _receive(upload, head, receive))
    finally:
        upload.discard()


async def _receive(upload: Upload, head: Request, receive: Receive) -> ReceivedFile:
    dechunker = Dechunker(head) if is_chunked(head) else None
    digest = hashlib.sha256()
    async for piece in body_pieces(receive):
        for content in (piece,) if dechunker is None else dechunker.feed(piece):
            upload.write(content)
            digest.update(content)
        if upload.size > MAX_OBJECT_BODY:
            raise EntityTooLarge
    body, sha256 = await upload.finish(), digest.hexdigest()
    if dechunker is None:
        return ReceivedFile(body, head.headers, sha256)
    return ReceivedFile(body, dechunker.finish(), sha256, dechunker.chunks)
