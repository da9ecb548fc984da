"""The rooms: what services and targets bring, each loaded when something of it is first asked for.

A room is one package: a service, the targets, the engine's own. Its name leads the names of all it brings:
the operation (`sqs`, `SendMessage`), the kind of task `sqs.move`. So a name alone says where to look, and
a start loads no room: however many there are, it takes no longer.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from windsock.engine.call_recording import CallRecorder, CallRecorderMarker
from windsock.engine.identities import Identities, IdentitiesMarker
from windsock.engine.operations import Operation, OperationMarker
from windsock.engine.organizations import ControlPolicies, ControlPoliciesMarker
from windsock.engine.resource_policies import AccessFinder, ResourceAccessMarker
from windsock.engine.routes import Simulator, SimulatorMarker
from windsock.engine.targets import TargetKind, TargetKindMarker
from windsock.engine.tasks import TaskKind, TaskKindMarker
from windsock.engine.timers import TimerKind, TimerKindMarker
from windsock.kernel.discovery import marked

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# The rooms that are no services.
ENGINE = "engine"
TARGETS = "targets"
SIMULATION = "simulation"
_NO_SERVICES = frozenset({ENGINE, TARGETS, SIMULATION})
# The room that knows keys and principals, the one that knows what organisations forbid, and the one that
# records calls.
_IDENTITIES = "iam"
_CONTROL_POLICIES = "organizations"
_RECORDS = "cloudtrail"


@dataclass(frozen=True, slots=True)
class Room:
    """What one room brings: operations, kinds of task and of timer (each by name), kinds of target.

    One room also brings who knows keys and principals, one who knows the policies of organisations, one who
    records calls, one the simulator; those that keep policies of their resources bring who knows them.
    """

    operations: dict[str, Operation] = field(default_factory=dict)
    task_kinds: dict[str, TaskKind] = field(default_factory=dict)
    timer_kinds: dict[str, TimerKind] = field(default_factory=dict)
    target_kinds: list[TargetKind] = field(default_factory=list)
    identities: list[Callable[[Engine], Identities]] = field(default_factory=list)
    control_policies: list[Callable[[Engine], ControlPolicies]] = field(default_factory=list)
    call_recorders: list[type[CallRecorder]] = field(default_factory=list)
    resource_access: list[AccessFinder] = field(default_factory=list)
    simulators: list[type[Simulator]] = field(default_factory=list)

    @classmethod
    def find(cls, name: str, package: str) -> Room:
        """Whatever is marked below the package.

        Raises RuntimeError for an operation that is there twice, and for a kind that is not named after
        the room, as nobody would find it.
        """
        room = cls()
        for marker, function in marked(package, OperationMarker):
            if marker.name in room.operations:
                raise RuntimeError(f"{name}:{marker.name} is registered twice")
            room.operations[marker.name] = Operation(name, marker.name, marker.kind, function)
        room.task_kinds.update({kind.name: kind() for _, kind in marked(package, TaskKindMarker)})
        room.timer_kinds.update({kind.name: kind() for _, kind in marked(package, TimerKindMarker)})
        room.target_kinds.extend(kind() for _, kind in marked(package, TargetKindMarker))
        room.identities.extend(kind for _, kind in marked(package, IdentitiesMarker))
        room.control_policies.extend(kind for _, kind in marked(package, ControlPoliciesMarker))
        room.call_recorders.extend(kind for _, kind in marked(package, CallRecorderMarker))
        room.resource_access.extend(marker.find for marker, _ in marked(package, ResourceAccessMarker))
        room.simulators.extend(kind for _, kind in marked(package, SimulatorMarker))
        for kind in (*room.task_kinds, *room.timer_kinds):
            if _room_of(kind) != name:
                raise RuntimeError(f"{package} has the kind {kind!r}, which must be named '{name}.(what)'")
        return room


class Rooms:
    """All rooms by name: those of `packages` are loaded when needed, those of `loaded` are there.

    The rooms of `overlays` (packages too) hold only what is added to a simulated service. A service has one
    room: its own goes before an overlay.
    """

    def __init__(
        self,
        packages: Mapping[str, str],
        loaded: Mapping[str, Room] | None = None,
        overlays: Mapping[str, str] | None = None,
    ) -> None:
        self.packages = {**(overlays or {}), **packages}
        self._loaded = dict(loaded or {})
        self._native = {*packages, *self._loaded} - _NO_SERVICES

    @property
    def services(self) -> list[str]:
        """The botocore names of windsock's own services, in order."""
        return sorted(self._native)

    def is_native(self, service: str) -> bool:
        """Whether a service is windsock's own."""
        return service in self._native

    def room(self, name: str) -> Room | None:
        """The room of that name, or None; the first time it is loaded, which takes some 50 ms."""
        room = self._loaded.get(name)
        if room is None and name in self.packages:
            room = self._loaded[name] = Room.find(name, self.packages[name])
        return room

    def all(self) -> dict[str, Room]:
        """Every room, loaded: for those who ask what there is."""
        for name in self.packages:
            self.room(name)
        return dict(self._loaded)

    def operation(self, service: str, name: str) -> Operation | None:
        """The operation of a service (its botocore name), or None when nothing here answers it."""
        room = self.room(service)
        return None if room is None else room.operations.get(name)

    def task_kind(self, name: str) -> TaskKind:
        """The kind of task of that name. Raises LookupError: a task is never left out without a word."""
        room = self.room(_room_of(name))
        if room is None or name not in room.task_kinds:
            raise LookupError(f"There is no kind of task {name!r} here; did a later windsock write it?")
        return room.task_kinds[name]

    def timer_kind(self, name: str) -> TimerKind:
        """The kind of timer of that name. Raises LookupError, as `task_kind` does."""
        room = self.room(_room_of(name))
        if room is None or name not in room.timer_kinds:
            raise LookupError(f"There is no kind of timer {name!r} here; did a later windsock write it?")
        return room.timer_kinds[name]

    def target_kinds(self) -> list[TargetKind]:
        """Every kind of target."""
        room = self.room(TARGETS)
        return [] if room is None else room.target_kinds

    def identities(self) -> Callable[[Engine], Identities]:
        """What makes the one that knows keys and principals. Raises LookupError without the room of IAM."""
        room = self.room(_IDENTITIES)
        if room is None:
            raise LookupError("There is no IAM here.")
        (maker,) = room.identities
        return maker

    def control_policies(self) -> Callable[[Engine], ControlPolicies]:
        """What makes the one that knows organisations' policies. Raises LookupError without its room."""
        room = self.room(_CONTROL_POLICIES)
        if room is None:
            raise LookupError("There are no organisations here.")
        (maker,) = room.control_policies
        return maker

    def resource_access(self, service: str) -> AccessFinder | None:
        """What knows the policies of a service's resources; None for one that keeps none."""
        room = self.room(service)
        return None if room is None else next(iter(room.resource_access), None)

    def call_recorders(self) -> list[type[CallRecorder]]:
        """What records calls; nothing does without the room of CloudTrail."""
        room = self.room(_RECORDS)
        return [] if room is None else room.call_recorders

    def simulator(self) -> type[Simulator] | None:
        """Who answers for the services that are not here, or None."""
        room = self.room(SIMULATION)
        return room.simulators[0] if room is not None and room.simulators else None


def service_packages(package: str) -> dict[str, str]:
    """The packages of the services below `package`, by botocore's names; none of them is imported.

    A folder is named so too, with `_` for `-`, and `lambda_` for `lambda`.
    """
    path = importlib.import_module(package).__path__
    folders = [found.name for found in pkgutil.iter_modules(path) if found.ispkg]
    return {folder.rstrip("_").replace("_", "-"): f"{package}.{folder}" for folder in folders}


def _room_of(kind: str) -> str:
    return kind.partition(".")[0]
