"""How diagnostics of a state machine are printed: as compilers do, with the line at fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.markup import escape

from windsock.languages.asl.diagnostics import Diagnostic
from windsock.languages.json_places import Path, line_and_column, offsets

_COLOURS = {"ERROR": "red", "WARNING": "yellow"}


class Places:
    """Where in the text of a definition diagnostics are."""

    def __init__(self, text: str, diagnostics: list[Diagnostic]) -> None:
        self._text = text
        self._lines = text.splitlines()
        # A text that is no JSON has places of its own.
        has_paths = any(found.path is not None for found in diagnostics)
        self._offsets: dict[Path, int] = offsets(text) if has_paths else {}

    def of(self, found: Diagnostic) -> tuple[int, int] | None:
        """Line and column, or None for what is about the whole."""
        if found.offset is not None:
            return line_and_column(self._text, found.offset)
        if not found.path and found.member is None:
            return None
        path = (*(found.path or ()), found.member) if found.member else found.path or ()
        return line_and_column(self._text, self._offsets[path])

    def line(self, number: int) -> str:
        """The text of a line, its number from 1."""
        return self._lines[number - 1].replace("\t", " ") if number <= len(self._lines) else ""


def lines(name: str, diagnostics: list[Diagnostic], places: Places) -> Iterator[str]:
    """The lines to print of each diagnostic, with colours; `name` is the file's."""
    for found in sorted(diagnostics, key=lambda each: places.of(each) or (0, 0)):
        place = places.of(found)
        colour = _COLOURS[found.severity]
        head = name if place is None else f"{name}:{place[0]}:{place[1]}"
        message = found.message.partition("\n at [Source")[0].rstrip(".")
        yield f"[bold]{escape(head)}[/]  [{colour}]{found.severity.lower()}[/]  {escape(message)}"
        if place is not None:
            number, source = str(place[0]), places.line(place[0])
            yield f"  [dim]{number} |[/] {escape(source)}"
            yield f"  [dim]{' ' * len(number)} |[/] {' ' * (place[1] - 1)}[{colour}]^[/]"
        where = f" at {found.location}" if found.path is not None else ""
        yield f"  [dim]{escape(found.code + where)}[/]"


def plain(found: Diagnostic, places: Places) -> dict[str, Any]:
    """A diagnostic as ValidateStateMachineDefinition gives it, with its line and column where it has any."""
    place = places.of(found)
    shown = {
        "severity": found.severity,
        "code": found.code,
        "message": found.message,
        "location": found.location,
        "line": place and place[0],
        "column": place and place[1],
    }
    return {name: value for name, value in shown.items() if value is not None}
