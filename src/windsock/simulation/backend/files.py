"""The files of the simulation, beside the store: states the child wrote, and the bodies of large objects."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from windsock.kernel.file_bodies import FileBody
from windsock.kernel.ids import uuid4
from windsock.simulation.backend.call_log import Base


class Files:
    """One directory of states, one of bodies. The log and the child know a body by its name only."""

    def __init__(self, directory: Path) -> None:
        self._states = directory.absolute() / "states"
        self.bodies = directory.absolute() / "bodies"
        self._states.mkdir(parents=True, exist_ok=True)
        self.bodies.mkdir(exist_ok=True)

    def new_base(self, seq: int) -> Base:
        """A base with all calls through `seq`, for the child to write."""
        return Base(uuid4(), seq, version("moto"))

    def state(self, base: Base) -> Path:
        """The file of a base. It is there only once it is whole."""
        return self._states / base.file

    def take_over(self, params: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
        """The parameters of a call with the file that is its body, if any, moved in here; the file's name."""
        for name, value in params.items():
            if isinstance(value, FileBody):
                path = value.path.rename(self.bodies / value.path.name)
                return {**params, name: dataclasses.replace(value, path=path)}, path.name
        return dict(params), None

    def keep_only(self, base: Base, bodies: Collection[str]) -> None:
        """Remove other states, and bodies that neither the base nor the log (`bodies`) needs."""
        state = self.state(base)
        needed = {*bodies, *state.with_suffix(".bodies").read_text().split()}
        for path in self._states.iterdir():
            if path.stem != state.stem:
                path.unlink()
        for path in self.bodies.iterdir():
            if path.name not in needed:
                path.unlink()
