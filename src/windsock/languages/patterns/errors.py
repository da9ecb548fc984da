"""What goes wrong with a pattern or an event."""

from __future__ import annotations

import enum
from typing import Self


class Moment(enum.Enum):
    """How far AWS's streaming parser has read when it complains; error messages quote that place."""

    STARTED = "started"
    """The value's first token was seen: past an opening bracket or quote, or past a whole number or
    keyword."""
    READ = "read"
    """The text of a string was taken: past its closing quote."""
    CLOSED = "closed"
    """The container's closing bracket was seen."""


class InvalidPattern(ValueError):
    """A pattern AWS would refuse.

    `str(error)` is AWS's reason text, to be put after "Event pattern is not valid. Reason: "; for a pattern
    given as JSON text it ends with the place, as AWS's does (`\\n at [Source: (String)"..."; line: 1, column:
    66]`). `reason` is the same without the place.
    """

    def __init__(
        self, reason: str, moment: Moment | None = None, *inside: int, repeated: bool = False
    ) -> None:
        """`moment` is None for the reasons AWS gives without a place; `inside` leads from the value that the
        raiser was given to the one at fault; `repeated` for the reasons whose place AWS prints twice."""
        super().__init__(reason)
        self.reason = reason
        self.moment = moment
        self.repeated = repeated
        self.trail: list[int] = list(reversed(inside))

    def within(self, index: int) -> Self:
        """Note that the value at fault is inside the `index`-th member or element of the enclosing value."""
        self.trail.append(index)
        return self

    @property
    def path(self) -> tuple[int, ...]:
        """Member and element numbers that lead from the whole pattern to the value at fault."""
        return tuple(reversed(self.trail))


class InvalidEvent(ValueError):
    """An event that is not a JSON object."""
