"""`nodejsN.x`, and the names dead versions had: all run on the installed Node.js."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from windsock.runner.contract import FunctionCode
from windsock.runner.errors import InvalidRuntime
from windsock.runner.launch import BOOTSTRAPS, Launch

_PRELOADED: Final = ("aws_sdk_v2_endpoint.cjs", "custom_resource_answers.cjs")


class Node:
    """Launches Node.js functions. `modules` is where `aws-sdk` and `@aws-sdk/*` are installed, if so."""

    def __init__(self, interpreters: Mapping[str, Path], modules: Path | None) -> None:
        self._interpreters = interpreters
        self._modules = modules

    def _program(self, runtime: str) -> Path:
        configured = self._interpreters.get(runtime) or self._interpreters.get("node")
        found = configured or shutil.which("node")
        if found is None:
            raise InvalidRuntime(
                f"{runtime} needs Node.js: install it so that `node` is on the PATH, or configure it."
            )
        return Path(found).resolve()

    async def runs_on(self, runtime: str) -> str:
        return str(self._program(runtime))

    async def launch(self, code: FunctionCode) -> Launch:
        node = self._program(code.runtime)
        layers = [layer / "nodejs" for layer in code.layers]
        version = code.runtime.removeprefix("nodejs").partition(".")[0]
        of_version = [layer / f"node{version}" for layer in layers]
        modules = () if self._modules is None else (self._modules,)
        return Launch(
            command=(
                str(node),
                *(word for each in _PRELOADED for word in ("--require", str(BOOTSTRAPS / each))),
                str(BOOTSTRAPS / "node_bootstrap.cjs"),
            ),
            search_paths={
                "NODE_PATH": (
                    *(layer / "node_modules" for layer in (*of_version, *layers)),
                    *modules,
                    BOOTSTRAPS / "node_modules",
                )
            },
            needs=(node.parent, *modules),
        )
