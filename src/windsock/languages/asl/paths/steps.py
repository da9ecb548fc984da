"""What a path does from where it starts: its segments, and the function at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from windsock.languages.asl.paths.functions import PathFunction
from windsock.languages.asl.paths.segments import Segment
from windsock.languages.asl.values import MISSING


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a path, in order."""

    segments: tuple[Segment, ...]
    function: PathFunction | None = None

    @property
    def definite(self) -> bool:
        """Whether they lead to one value; otherwise they give a list."""
        return self.function is not None or self._leads_to_one

    def follow(self, start: Any, root: Any) -> Any:
        """Where they lead from `start`, `root` being what `$` is; MISSING when definite ones lead nowhere."""
        found: Any = [start]
        for segment in self.segments:
            found = [each for value in found for each in segment.of(value, root)]
        if self._leads_to_one:
            found = found[0] if found else MISSING
        if self.function is None or found is MISSING:
            return found
        return self.function.of(found, root)

    @property
    def _leads_to_one(self) -> bool:
        return all(segment.definite for segment in self.segments)
