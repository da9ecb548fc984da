"""Where the states of a machine lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from windsock.languages.json_places import Path


def transitions(machine: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each transition of a machine whose structure is sound: where it is written, and the state it names."""
    yield ("StartAt",), machine["StartAt"]
    for name, state in machine["States"].items():
        here = ("States", name)
        for field in ("Next", "Default"):
            if field in state:
                yield (*here, field), state[field]
        for field in ("Choices", "Catch"):
            for index, each in enumerate(state.get(field, ())):
                yield (*here, field, index, "Next"), each["Next"]
