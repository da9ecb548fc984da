"""Temporary directories, and what becomes of those that a killed process left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from windsock.kernel.own_directories import OwnDirectory

MAKES_ONE = """
import sys
from pathlib import Path
from windsock.kernel.own_directories import OwnDirectory

made = OwnDirectory(Path(sys.argv[1]))
(made.path / "left").write_text("x")
print(made.path, flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MAKES_ONE, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        mine = OwnDirectory(tmp_path)
        assert (theirs / "left").read_text() == "x"
        other.send_signal(signal.SIGKILL)
    next_one = OwnDirectory(tmp_path)
    assert not theirs.exists()
    assert mine.path.is_dir()
    mine.remove()
    mine.remove()
    next_one.remove()
    assert [entry.name for entry in (tmp_path / f"windsock-{os.getuid()}").iterdir()] == ["lock"]


def test_nobody_is_led_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"windsock-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        OwnDirectory(tmp_path)
