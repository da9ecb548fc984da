"""`python3.N` and `python2.7`.

A function runs on an interpreter of exactly its version when one is configured, or is on the PATH and has
boto3; any other Python 3 runs on windsock's own, which always has it. Python 2.7 is never replaced.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from windsock.runner.contract import FunctionCode
from windsock.runner.errors import InvalidRuntime
from windsock.runner.launch import BOOTSTRAPS, Launch

_OWN = f"python{sys.version_info.major}.{sys.version_info.minor}"
_OLD = "python2.7"
_PROBES = {_OLD: "import sys; print(sys.executable)"}
# Whether boto3 is there is asked without importing it, which takes long.
_PROBE = "import sys, importlib.util as u; print(sys.executable if u.find_spec('boto3') else '')"


class Python:
    """Launches Python functions; an interpreter once found is remembered."""

    def __init__(self, interpreters: Mapping[str, Path]) -> None:
        self._found = {name: str(path) for name, path in interpreters.items()}

    async def runs_on(self, runtime: str) -> str:
        if runtime not in self._found:
            self._found[runtime] = await _interpreter(runtime)
        return self._found[runtime]

    async def launch(self, code: FunctionCode) -> Launch:
        interpreter = await self.runs_on(code.runtime)
        packages = f"lib/{code.runtime}/site-packages"
        layers = [layer / "python" for layer in code.layers]
        # Unbuffered, or a function that is killed takes its last lines with it; and nothing is left behind
        # in a directory that is the user's own.
        options = ("-u", "-B") if code.reload else ("-u",)
        return Launch(
            command=(interpreter, *options, str(BOOTSTRAPS / "python_bootstrap.py")),
            # The locale of LANG may not be installed here, and old versions would print ASCII then.
            variables={"PYTHONIOENCODING": "utf-8"},
            search_paths={
                "PYTHONPATH": (
                    *layers,
                    *(layer / packages for layer in layers),
                    BOOTSTRAPS / "python_modules",
                )
            },
            needs=(Path(sys.prefix), Path(sys.base_prefix)),
        )


async def _interpreter(runtime: str) -> str:
    if runtime == _OWN:
        return sys.executable
    found = await _probed(runtime)
    if found:
        return found
    if runtime == _OLD:
        raise InvalidRuntime(
            "python2.7 needs a Python 2.7 interpreter: install one as python2.7 on the PATH, or configure it."
        )
    return sys.executable


async def _probed(runtime: str) -> str | None:
    """The interpreter behind a name (which may be a version manager's shim), if it runs at all."""
    if shutil.which(runtime) is None:
        return None
    probe = await asyncio.create_subprocess_exec(
        runtime,
        *("-c", _PROBES.get(runtime, _PROBE)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    printed, _ = await probe.communicate()
    return printed.decode().strip() or None if probe.returncode == 0 else None
