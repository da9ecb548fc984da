"""Views: what the console shows. Each is one file in `views/` and one template of the same name.

A view is a coroutine function under `@view`: it is given the visit and returns what its template shows. It
asks the call chain (`visit.call`), so each sees what IAM lets them; an AwsError is shown in its place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from windsock.console.visits import Visit
from windsock.kernel.discovery import mark, marked

ViewFunction = Callable[[Visit], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class ViewMarker:
    """Set on a function by `view`."""

    title: str
    regional: bool


@dataclass(frozen=True, slots=True)
class View:
    """A view: `path` is the end of its URL. A `regional` one is of one region, which people choose."""

    path: str
    title: str
    regional: bool
    template: str
    show: ViewFunction


def view(title: str, *, regional: bool = False) -> Callable[[ViewFunction], ViewFunction]:
    """Register a function as the view of that title."""

    def register(function: ViewFunction) -> ViewFunction:
        mark(function, ViewMarker(title, regional))
        return function

    return register


def find_views() -> dict[str, View]:
    """All views by path, in the order of their titles."""
    found = []
    for marker, function in marked("windsock.console.views", ViewMarker):
        name = function.__name__
        path = name.replace("_", "-")
        found.append(View(path, marker.title, marker.regional, f"{name}.html", function))
    return {each.path: each for each in sorted(found, key=lambda each: each.title)}
