"""One data directory has one windsock; that of a killed one is free again."""

from __future__ import annotations

import subprocess

from tests.chaos.mortal import Mortal
from tests.servers import WINDSOCK


def test_a_directory_in_use_is_refused_and_free_again_after_a_kill(mortal: Mortal) -> None:
    second = subprocess.run(
        [WINDSOCK, "up", "--port", "0", "--data", str(mortal.data)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert second.returncode == 1
    said = " ".join((second.stdout + second.stderr).split())
    assert f"is in use by windsock process {mortal.running.process.pid}." in said
    assert "choose another directory with --data" in said
    mortal.kill()
