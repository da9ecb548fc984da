"""Confinement by Landlock, which needs no rights, no namespaces and no program but Python."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
        self._writable = [
            path for path in _WRITABLE if not any(hidden.is_relative_to(path) for hidden in self._hidden)
        ]

    @staticmethod
    def is_there() -> bool:
        """Whether the kernel has it."""
        return sys.platform == "linux" and landlock_exec.version() > 0

    def command(
        self, program: Sequence[str], *, directory: Path, scratch: Path, readable: Sequence[Path]
    ) -> list[str]:
        rules = {
            "hidden": [str(path) for path in self._hidden],
            "read": [str(path) for path in (directory, *readable)],
            "write": [str(path) for path in (scratch, *self._writable)],
            "files": OPEN_FILES,
        }
        return [sys.executable, "-I", "-S", landlock_exec.__file__, orjson.dumps(rules).decode(), *program]

    def temporary(self, scratch: Path) -> str:
        return str(scratch)
