"""What a path does from where it starts: its segments, and the function at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from windsock.languages.asl.paths.functions import PathFunction
from windsock.languages.asl.paths.segments import Segment
from windsock.languages.asl.values import MISSING


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a path, in order. `single` segments lead to one value, others give a list."""

    segments: tuple[Segment, ...]
    function: PathFunction | None
    single: bool

    @classmethod
    def of(cls, segments: Sequence[Segment], function: PathFunction | None) -> Self:
        """The steps that these segments are, with what is done at their end."""
        return cls(tuple(segments), function, all(segment.definite for segment in segments))

    @property
    def definite(self) -> bool:
        """Whether they give one value; otherwise it is a list."""
        return self.single or self.function is not None

    def follow(self, start: Any, root: Any) -> Any:
        """Where they lead from `start`, `root` being what `$` is; MISSING when definite ones lead nowhere."""
        found: Any = [start]
        for segment in self.segments:
            found = [each for value in found for each in segment.of(value, root)]
        if self.single:
            found = found[0] if found else MISSING
        if self.function is None or found is MISSING:
            return found
        return self.function.of(found, root)

    def lead_somewhere(self, start: Any, root: Any) -> bool:
        """Whether there is anything where they lead, be it null or false."""
        found = self.follow(start, root)
        return found is not MISSING if self.definite else bool(found)
