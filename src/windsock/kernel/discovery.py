"""How parts are found by themselves: a decorator marks them, `marked` walks a package for the marks.

So nothing lists operations, target kinds, task kinds or commands by hand, and importing a module
changes nothing but that module.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, TypeVar

T = TypeVar("T")

MARK = "__windsock__"


def mark(thing: Any, marker: object) -> None:
    """Attach `marker` to a function or class, for `marked` to find."""
    setattr(thing, MARK, marker)


def modules(package: str) -> Iterator[Any]:
    """Every module below `package`, imported, in the order of their names."""
    root = importlib.import_module(package)
    yield root
    for found in sorted(pkgutil.walk_packages(root.__path__, package + "."), key=lambda info: info.name):
        yield importlib.import_module(found.name)


def marked(package: str, kind: type[T]) -> Iterator[tuple[T, Any]]:
    """The markers of type `kind` below `package`, each with what it is attached to."""
    for module in modules(package):
        for thing in vars(module).values():
            marker = getattr(thing, "__dict__", {}).get(MARK)
            if isinstance(marker, kind) and thing.__module__ == module.__name__:
                yield marker, thing
