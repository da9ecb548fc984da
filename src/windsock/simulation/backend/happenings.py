"""What the child saw happen to resources, handed to the overlays in the transaction of the call.

A happening has a name and facts. The child tells of those it saw (`ec2.instance`); each call that changed
something is one too (`ec2:CreateVolume`), and its facts are the members of its result. Who listens is a
function under `@on(names)` in the service's overlay; it may set timers, accept tasks and write
rows of its own.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from windsock.kernel.discovery import mark, marked
from windsock.kernel.scope import Scope
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.calls import Call
    from windsock.engine.engine import Engine

OVERLAYS: Final = "windsock.simulation.overlays"
_SERVICE: Final = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a resource of `scope`, within `call`.

    `cause` is what made the call, or else the call, in the words of calls. `order` grows with each
    happening there is, also over restarts.
    """

    name: str
    scope: Scope
    facts: Mapping[str, Any]
    cause: str
    call: Call
    order: int


Listener = Callable[["Engine", Transaction, Happening], None]
L = TypeVar("L", bound=Listener)


@dataclass(frozen=True, slots=True)
class _Marker:
    names: tuple[str, ...]


def on(*names: str) -> Callable[[L], L]:
    """Register who is told of the happenings of those names."""

    def register(function: L) -> L:
        mark(function, _Marker(names))
        return function

    return register


def tell(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Tell who listens, if anybody does."""
    listener = _listeners(_SERVICE.match(happening.name)[0]).get(happening.name)  # type: ignore[index]
    if listener is not None:
        listener(engine, tx, happening)


@functools.cache
def _listeners(service: str) -> Mapping[str, Listener]:
    package = f"{OVERLAYS}.{service.replace('-', '_')}"
    if importlib.util.find_spec(package) is None:
        return {}
    return {name: function for marker, function in marked(package, _Marker) for name in marker.names}
