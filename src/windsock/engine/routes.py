"""Who answers a call: a real endpoint, windsock itself, or a simulation. The one table that says which.

- *upstream*: a service that the settings send elsewhere goes there, all of it.
- *native*: a service of windsock's own is answered here or not at all.
- *simulated*: any other is left to the `Simulator`, save the operations that an overlay has in its place.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windsock.engine.operations import Context, Operation, Params, Result
from windsock.kernel.discovery import mark

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.engine.settings import Upstream

Way = Literal["native", "simulated", "upstream"]


class Simulator(ABC):
    """Who answers for the services that windsock does not have."""

    @abstractmethod
    def __init__(self, engine: Engine) -> None: ...

    @abstractmethod
    def operations(self, service: str) -> frozenset[str]:
        """The operations of a service (its botocore name) that are simulated."""

    @abstractmethod
    def services(self) -> frozenset[str]:
        """The services of which there are any."""

    @abstractmethod
    async def answer(self, ctx: Context, params: Params) -> Result:
        """Answer a call. Raises AwsError."""


@dataclass(frozen=True, slots=True)
class SimulatorMarker:
    """Set on a class by `simulator`."""


def simulator(kind: type[Simulator]) -> type[Simulator]:
    """Register the simulator; it is made with the engine."""
    mark(kind, SimulatorMarker())
    return kind


class Routes:
    """The table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._upstreams = engine.settings.upstreams
        self._rooms = engine.rooms

    @functools.cached_property
    def _simulator(self) -> Simulator | None:
        kind = self._rooms.simulator()
        return None if kind is None else kind(self._engine)

    def operation(self, service: str, name: str) -> Operation | None:
        """What answers the operation, or None."""
        upstream = self._upstreams.get(service)
        if upstream is not None:
            return _upstream_operation(upstream, service, name)
        found = self._rooms.operation(service, name)
        if found is None and not self._rooms.is_native(service):
            found = self._simulated(service, name)
        return found

    def way(self, service: str) -> Way | None:
        """Which way the calls of a service go; None for one that nobody answers."""
        if service in self._upstreams:
            return "upstream"
        if self._rooms.is_native(service):
            return "native"
        return "simulated" if service in self._simulated_services() else None

    def ways(self) -> dict[str, Way]:
        """The way of every service that is answered, in the order of their names."""
        services = {*self._upstreams, *self._rooms.services, *self._simulated_services()}
        return {service: way for service in sorted(services) if (way := self.way(service)) is not None}

    def _simulated(self, service: str, name: str) -> Operation | None:
        simulator = self._simulator
        if simulator is None or name not in simulator.operations(service):
            return None
        return Operation(service, name, "waiting", simulator.answer)

    def _simulated_services(self) -> frozenset[str]:
        return frozenset() if self._simulator is None else self._simulator.services()


def _upstream_operation(upstream: Upstream, service: str, name: str) -> Operation:
    async def pass_on(ctx: Context, params: Params) -> Result:
        # Most runs have no upstream, and what this imports takes a while.
        from windsock.engine import upstream as passing

        return await passing.pass_on(upstream, ctx, params)

    return Operation(service, name, "waiting", pass_on)
