"""Bodies too large for memory: a stretch of a file, in place of bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PIECE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class FileBody:
    """`size` bytes of the file at `path`, from `start` on. The file is never changed, only removed.

    `md5` is their digest in hexadecimal where it is known.
    """

    path: Path
    size: int
    start: int = 0
    md5: str = ""

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, extent: slice) -> FileBody:
        """A part of it, as bytes are sliced."""
        first, last, _ = slice(extent.start, extent.stop).indices(self.size)
        return FileBody(self.path, max(last - first, 0), self.start + first)

    def pieces(self) -> Iterator[bytes]:
        """The bytes, some at a time. Raises OSError when the file is gone or has become shorter."""
        left = self.size
        with self.path.open("rb") as file:
            file.seek(self.start)
            while left:
                piece = file.read(min(left, _PIECE))
                if not piece:
                    raise OSError(f"{self.path} ends early")
                left -= len(piece)
                yield piece

    def read(self) -> bytes:
        """The bytes, all of them in memory."""
        return b"".join(self.pieces())


async def whole(body: bytes | FileBody) -> bytes:
    """A body in memory; what is in a file is read on a thread."""
    return await asyncio.to_thread(body.read) if isinstance(body, FileBody) else body
