"""Confinement by Landlock, which needs no rights, no namespaces and no program but Python.

Landlock knows only what is allowed. So that everything but windsock's data can be read, all is allowed that
stands beside the way to it: with data at `/srv/windsock`, each entry of `/` but `srv`, and each of `/srv` but
`windsock`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import orjson

from windsock.runner import landlock_exec
from windsock.runner.limits import OPEN_FILES

# Where any program may write: devices, semaphores, and the directory that functions take for granted.
_WRITABLE: Final = (Path("/dev"), Path("/tmp"))  # noqa: S108 - functions write to it by this name


class Landlock:
    """Processes with limits that see nothing of `hidden` and nothing of each other."""

    mode = "processes in Landlock"

    def __init__(self, hidden: Sequence[Path]) -> None:
        self._hidden = [directory.resolve() for directory in hidden]
        self._writable = [path for path in _WRITABLE if not self._holds_hidden(path)]

    @staticmethod
    def is_there() -> bool:
        """Whether the kernel has it."""
        return sys.platform == "linux" and landlock_exec.version() > 0

    def command(
        self, program: Sequence[str], *, directory: Path, scratch: Path, readable: Sequence[Path]
    ) -> list[str]:
        rules = {
            "read": [str(path) for path in (*self._beside(Path("/")), directory, *readable)],
            "write": [str(path) for path in (scratch, *self._writable)],
            "files": OPEN_FILES,
        }
        return [sys.executable, "-I", "-S", landlock_exec.__file__, orjson.dumps(rules).decode(), *program]

    def temporary(self, scratch: Path) -> str:
        return str(scratch)

    def _beside(self, directory: Path) -> Iterator[Path]:
        """What is to be readable below a directory."""
        if directory in self._hidden:
            return
        if not self._holds_hidden(directory):
            yield directory
            return
        for entry in sorted(directory.iterdir()):
            if not entry.is_symlink():
                yield from self._beside(entry)
            elif not self._leads_to_hidden(entry):
                yield entry

    def _holds_hidden(self, directory: Path) -> bool:
        return any(hidden.is_relative_to(directory) for hidden in self._hidden)

    def _leads_to_hidden(self, link: Path) -> bool:
        target = link.resolve()
        return self._holds_hidden(target) or any(target.is_relative_to(hidden) for hidden in self._hidden)
