"""How far a function's process is kept from the machine it runs on.

Every process has a session, a temporary directory and limits of its own. Where bubblewrap is installed and
the kernel permits it, it also sees a read-only file system without windsock's data, and no other processes.
Where it is not, Landlock does nearly the same, if the kernel has that.
Source: https://github.com/containers/bubblewrap
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from windsock.runner.landlock import Landlock
from windsock.runner.limits import OPEN_FILES

# The shell sets what outlives it and becomes the program; a lower limit of the machine's stays as it is.
_LIMITS = f'umask 022; ulimit -c 0; ulimit -n {OPEN_FILES} 2>/dev/null; exec "$@"'


class Confinement(Protocol):
    """A way to start a program apart from the rest. `mode` says it in words, `temporary` is its TMPDIR."""

    mode: str

    def command(
        self, program: Sequence[str], *, directory: Path, scratch: Path, readable: Sequence[Path]
    ) -> list[str]:
        """The command that starts a program in a directory, able to read others and to write to `scratch`."""

    def temporary(self, scratch: Path) -> str:
        """Where the program finds `scratch`."""


class Processes:
    """Processes with limits."""

    mode = "processes"

    def command(
        self, program: Sequence[str], *, directory: Path, scratch: Path, readable: Sequence[Path]
    ) -> list[str]:
        return ["/bin/sh", "-c", _LIMITS, "sh", *program]

    def temporary(self, scratch: Path) -> str:
        return str(scratch)


class Bubblewrap:
    """Processes with limits in namespaces of their own; `hidden` are the directories they never see."""

    mode = "processes in bubblewrap"

    def __init__(self, program: str, hidden: Sequence[Path]) -> None:
        self._program = program
        self._hidden = [directory.resolve() for directory in hidden if directory.exists()]

    def command(
        self, program: Sequence[str], *, directory: Path, scratch: Path, readable: Sequence[Path]
    ) -> list[str]:
        shown = [directory, *(path for path in readable if path.exists())]
        covered = [path for path in shown if any(path.resolve().is_relative_to(h) for h in self._hidden)]
        return [
            *(self._program, "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
            *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
            *("--bind", str(scratch), "/tmp"),  # noqa: S108 - the path inside, which is what functions write to
            *(word for path in shown for word in ("--ro-bind", str(path), str(path))),
            *(word for path in self._hidden for word in ("--tmpfs", str(path))),
            *(word for path in covered for word in ("--ro-bind", str(path), str(path))),
            *("--chdir", str(directory), "--"),
            *Processes().command(program, directory=directory, scratch=scratch, readable=readable),
        ]

    def temporary(self, scratch: Path) -> str:
        return "/tmp"  # noqa: S108 - the path inside


async def strongest(hidden: Sequence[Path]) -> Confinement:
    """Bubblewrap where it works, which only trying tells; else Landlock, else plain processes."""
    otherwise: Confinement = Landlock(hidden) if Landlock.is_there() else Processes()
    program = shutil.which("bwrap")
    if program is None:
        return otherwise
    confinement = Bubblewrap(program, hidden)
    root = Path("/")
    trial = await asyncio.create_subprocess_exec(
        *confinement.command(["true"], directory=root, scratch=Path("/var/tmp"), readable=()),  # noqa: S108
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return confinement if await trial.wait() == 0 else otherwise
