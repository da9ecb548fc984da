"""Operations: the functions that answer calls, found by themselves below `windsock.services`.

Three kinds, told apart by what they are given:

- a *command* changes state: `def put_rule(ctx: Command, params) -> dict`, run in a transaction and
  answered once that is on disk. It must do nothing else: effects are tasks the engine performs.
- a *query* reads: `def list_rules(ctx: Query, params) -> dict`, run on a snapshot.
- a *waiting* operation may wait or do several transactions: `async def receive_message(ctx, params)`.

The service is the package the function stands in (`windsock.services.<botocore name>`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from windsock.engine.calls import Call
from windsock.kernel.discovery import mark
from windsock.kernel.scope import Scope
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

Params = Mapping[str, Any]
Result = dict[str, Any] | None

Kind = Literal["command", "query", "waiting"]


@dataclass(slots=True)
class Context:
    """What every operation is given: the engine and the call it answers."""

    engine: Engine
    call: Call

    @property
    def scope(self) -> Scope:
        """The account and region that are called."""
        return self.call.scope

    @property
    def now_ms(self) -> int:
        """The present instant, in milliseconds since 1970."""
        return self.engine.clock.now_ms()


@dataclass(slots=True)
class Query(Context):
    """A context with a snapshot to read from."""

    tx: Snapshot


@dataclass(slots=True)
class Command(Context):
    """A context with a transaction to change things in."""

    tx: Transaction


CommandFunction = Callable[[Command, Any], Result]
QueryFunction = Callable[[Query, Any], Result]
WaitingFunction = Callable[[Context, Any], Awaitable[Result]]

C = TypeVar("C", bound=CommandFunction)
Q = TypeVar("Q", bound=QueryFunction)
W = TypeVar("W", bound=WaitingFunction)


@dataclass(frozen=True, slots=True)
class Operation:
    """One registered operation."""

    service: str
    name: str
    kind: Kind
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class OperationMarker:
    """Set on a function by `command`, `query` and `waiting`."""

    name: str
    kind: Kind


def command(name: str) -> Callable[[C], C]:
    """Register a function as the operation `name` (as in the service model) that changes state."""
    return lambda function: _register(function, name, "command")


def query(name: str) -> Callable[[Q], Q]:
    """Register a function as the operation `name` that only reads."""
    return lambda function: _register(function, name, "query")


def waiting(name: str) -> Callable[[W], W]:
    """Register a coroutine function as the operation `name`."""
    return lambda function: _register(function, name, "waiting")


F = TypeVar("F", bound=Callable[..., Any])


def _register(function: F, name: str, kind: Kind) -> F:
    mark(function, OperationMarker(name, kind))
    return function
