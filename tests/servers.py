"""A windsock process for the tests of the project: it sees nothing of this machine's environment."""

from __future__ import annotations

import sys
from pathlib import Path

from windsock import testing

WINDSOCK = Path(sys.executable).parent / "windsock"


def start(*flags: str, port: int = 0, env: dict[str, str] | None = None) -> testing.Server:
    """Start `windsock up`, on a free port unless one is given; returns when it listens."""
    return testing.start(*flags, port=port, env={"PATH": "/usr/bin:/bin", **(env or {})})
