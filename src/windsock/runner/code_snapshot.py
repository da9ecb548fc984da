"""Whether the code in a directory has changed: cheaply, by what the file system knows of its files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_NOT_CODE = frozenset({"__pycache__", ".git"})

Snapshot = frozenset[tuple[str, int, int]]
"""Path, time of the last change in nanoseconds, and size of every file."""


def snapshot(directory: Path) -> Snapshot:
    """The state of a directory; equal as long as no file in it changes."""
    return frozenset(_files(str(directory)))


def _files(directory: str) -> Iterator[tuple[str, int, int]]:
    for entry in os.scandir(directory):
        if entry.name in _NOT_CODE:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.is_file():
            facts = entry.stat()
            yield entry.path, facts.st_mtime_ns, facts.st_size
