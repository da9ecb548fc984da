"""Bodies on their way in that are too large for memory: files, until somebody takes them over.

They lie beside the store, so that taking one over is a rename. What nobody took is removed with its request,
and what a killed windsock left, when the next one makes its first.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from windsock.kernel.file_bodies import FileBody
from windsock.kernel.ids import uuid4

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class Uploads:
    """An engine part: `engine.part(Uploads)`."""

    def __init__(self, engine: Engine) -> None:
        self._durable = engine.store.durable
        self._directory = engine.store.path.parent / "uploads"
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir()

    def begin(self) -> Upload:
        """A new, empty one."""
        return Upload(self._directory / uuid4(), durable=self._durable)


class Upload:
    """A file that is being written; `size` bytes so far."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._durable = durable
        self._file = path.open("xb")
        self.size = 0
        self._md5 = hashlib.md5(usedforsecurity=False)

    def write(self, piece: bytes) -> None:
        """Add to it."""
        self._file.write(piece)
        self.size += len(piece)
        self._md5.update(piece)

    async def finish(self) -> FileBody:
        """All of it, on disk if the store is."""
        self._file.flush()
        if self._durable:
            await asyncio.to_thread(os.fsync, self._file.fileno())
        self._file.close()
        return FileBody(self._path, self.size, md5=self._md5.hexdigest())

    def discard(self) -> None:
        """Remove it, unless somebody has taken it over."""
        self._file.close()
        self._path.unlink(missing_ok=True)
