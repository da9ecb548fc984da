"""What is changed in moto, by service (a module or package), and changes that windsock makes itself.

`apply()` of a module, if it has one, changes moto's classes. A function under `@change` is an operation that
only windsock asks for: it alters the state of a resource, and is replayed like any other call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from windsock.kernel.discovery import mark, marked, modules

Change = Callable[[str, str, dict[str, Any]], Any]
C = TypeVar("C", bound=Change)


@dataclass(frozen=True, slots=True)
class _Marker:
    name: str


def change(name: str) -> Callable[[C], C]:
    """Register `def change(account, region, params) -> result` as an operation of its module's service.

    An operation that the service has is done so in place of moto's.
    """

    def register(function: C) -> C:
        mark(function, _Marker(name))
        return function

    return register


def apply_all() -> dict[tuple[str, str], Change]:
    """Adjust moto; the changes windsock can make, by service and name."""
    for module in modules(__name__):
        if hasattr(module, "apply"):
            module.apply()
    return {(_service_of(function), marker.name): function for marker, function in marked(__name__, _Marker)}


def _service_of(function: Change) -> str:
    return function.__module__.removeprefix(f"{__name__}.").partition(".")[0].replace("_", "-")
