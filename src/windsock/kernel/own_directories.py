"""Temporary directories that do not outlive windsock for long, even when it is killed.

A directory is locked for as long as whoever made it lives. Whoever makes the next one removes those that
nobody holds any more. They lie in one directory of the user's, which is locked while one is made.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final, TextIO

_LOCK: Final = "lock"


class OwnDirectory:
    """A directory of this process, below another (by default the system's temporary one)."""

    def __init__(self, below: Path | None = None) -> None:
        """Make it, and remove what others left. Raises OSError."""
        place = _users_own(below or Path(tempfile.gettempdir()))
        with (place / _LOCK).open("a") as making:
            fcntl.flock(making, fcntl.LOCK_EX)
            for other in place.iterdir():
                if other.is_dir():
                    _remove_if_left(other)
            self._made = Path(tempfile.mkdtemp(dir=place))
            self._lock = (self._made / _LOCK).open("a")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = self._made / "content"
        self.path.mkdir()

    def remove(self) -> None:
        """Remove it with all that is in it; may be done twice."""
        shutil.rmtree(self._made, ignore_errors=True)
        self._lock.close()


def _users_own(below: Path) -> Path:
    """The directory that all of a user's are in. Raises PermissionError if it is somebody else's."""
    place = below / f"windsock-{os.getuid()}"
    with contextlib.suppress(FileExistsError):
        place.mkdir(mode=0o700)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{place} belongs to somebody else.")
    return place


def _remove_if_left(directory: Path) -> None:
    try:
        lock: TextIO = (directory / _LOCK).open("a")
    except FileNotFoundError:  # it is just being removed
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(directory, ignore_errors=True)
