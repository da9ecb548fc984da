"""How the process of a function is started: what a family of runtimes decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from windsock.runner.contract import FunctionCode

BOOTSTRAPS = Path(__file__).parent / "bootstraps"


class NoEntrypoint(Exception):
    """The package has no program to start; the text is where it was looked for."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A command, the variables it needs, and the search paths to come after those the function sets itself.

    `needs` are directories beside the function's own that must be readable inside a confinement.
    """

    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    search_paths: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    needs: tuple[Path, ...] = ()


class Family(Protocol):
    """The runtimes of one language."""

    async def runs_on(self, runtime: str) -> str:
        """The program that runs a runtime. Raises InvalidRuntime when there is none."""

    async def launch(self, code: FunctionCode) -> Launch:
        """How to start a function. Raises InvalidRuntime, or NoEntrypoint for a package without a program."""
