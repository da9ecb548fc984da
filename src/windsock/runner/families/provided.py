"""`provided`, `provided.al2`, `provided.al2023` and `go1.x`: a program that speaks the Runtime API itself.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
"""

from __future__ import annotations

import os
from pathlib import Path

from windsock.runner.contract import FunctionCode
from windsock.runner.launch import Launch, NoEntrypoint


class Provided:
    """Launches the package's `bootstrap`, else a layer's; `go1.x` names its program in the handler."""

    async def runs_on(self, runtime: str) -> str:
        return "the function's own program"

    async def launch(self, code: FunctionCode) -> Launch:
        candidates = [directory / "bootstrap" for directory in (code.code, *code.layers)]
        if code.runtime == "go1.x":
            candidates.insert(0, code.code / code.handler)
        for candidate in candidates:
            if candidate.is_file():
                _make_executable(candidate)
                return Launch(command=(str(candidate),))
        raise NoEntrypoint(" ".join(["/var/task/bootstrap", "/opt/bootstrap"]))


def _make_executable(program: Path) -> None:
    """Archives made on other systems often lack the bit. AWS demands it; here it does no harm to set it."""
    if not os.access(program, os.X_OK):
        program.chmod(program.stat().st_mode | 0o555)
