"""The part of JSONPath that EventBridge knows: `$.detail.instance-id`, `$.resources[0]`, `$.items[*].id`.

"Amazon EventBridge input transformation": dot notation, dashes, underscores, alphanumeric characters, array
indices and wildcards; "There is no validation when creating JSON path for your template". So a path outside
of this is no error: it selects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final


class _Marker(Enum):
    MISSING = "missing"
    ANY = "any"


MISSING: Final = _Marker.MISSING
"""What a path selects from an event that has nothing there (null is something)."""

_Step = str | int | _Marker

_STEP: Final = re.compile(
    r"\.(?P<name>[^.\[\]'\"\s*]+)"
    r"|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]"
    r"|\[(?P<index>\d{1,9})\]"
    r"|(?P<any>\.\*|\[\*\])",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path ready to use. `steps` lead from the event inwards; None for a path that selects nothing."""

    steps: tuple[_Step, ...] | None

    @classmethod
    def parse(cls, text: str) -> JsonPath:
        """Read a path; one that EventBridge does not understand selects nothing."""
        if not text.startswith("$"):
            return cls(None)
        steps: list[_Step] = []
        position = 1
        while position < len(text):
            match = _STEP.match(text, position)
            if match is None:
                return cls(None)
            steps.append(_step_of(match))
            position = match.end()
        return cls(tuple(steps))

    def select(self, event: Any) -> Any:
        """The value at this path, or MISSING; with a wildcard, the list of all values."""
        if self.steps is None:
            return MISSING
        found = event
        for position, step in enumerate(self.steps):
            if step is _Marker.ANY:
                return _select_all(found, self.steps[position:])
            found = _child(found, step)
            if found is MISSING:
                return MISSING
        return found


def select_path(path: str, event: Any) -> Any:
    """What `path` selects from `event` (parsed JSON), or MISSING; with a wildcard, a list."""
    return _parsed(path).select(event)


@lru_cache(maxsize=1024)
def _parsed(path: str) -> JsonPath:
    return JsonPath.parse(path)


def _step_of(match: re.Match[str]) -> _Step:
    if match["any"]:
        return _Marker.ANY
    if match["index"]:
        return int(match["index"])
    return match["name"] or match["key"]


def _child(value: Any, step: _Step) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else MISSING
    return value.get(step, MISSING) if isinstance(value, dict) else MISSING


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _select_all(value: Any, steps: tuple[_Step, ...]) -> list[Any]:
    found = [value]
    for step in steps:
        if step is _Marker.ANY:
            found = [child for value in found for child in _children(value)]
        else:
            found = [child for value in found if (child := _child(value, step)) is not MISSING]
    return found
