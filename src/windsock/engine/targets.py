"""What a rule's target must be able to do. One file a kind below `windsock.targets`, found by itself.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from windsock.engine.tasks import Task
from windsock.kernel.arns import Arn
from windsock.kernel.discovery import mark
from windsock.kernel.scope import Scope
from windsock.languages.values import from_json, has_big_number

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.engine.rooms import Rooms


class TargetError(Exception):
    """A delivery that failed. `code` is AWS's ERROR_CODE; `retryable` says whether trying again can help.

    `retry_after_ms` is how long the receiver asked to be left alone, from now.
    """

    def __init__(self, code: str, message: str, *, retryable: bool, retry_after_ms: int = 0) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable
        self.retry_after_ms = retry_after_ms


class Arrived:
    """An event on its way: `body` its JSON text, parsed when somebody looks into it.

    That of a task that was just accepted is its context; else it is read back from the journal.
    """

    __slots__ = ("_event", "body")

    def __init__(self, body: bytes, event: dict[str, Any] | None = None) -> None:
        self.body = body
        self._event = event

    @property
    def event(self) -> dict[str, Any]:
        """The event itself, as patterns see it."""
        if self._event is None:
            self._event = orjson.loads(self.body)
        return self._event

    @property
    def exact(self) -> dict[str, Any]:
        """The event itself, with whole numbers as it spells them, for what is taken out of it."""
        if not has_big_number(self.body):
            return self.event
        exact: dict[str, Any] = from_json(self.body)
        return exact


@dataclass(slots=True)  # not frozen: one is made for each event, and freezing costs most of it
class Delivery:
    """One event on its way to one target.

    `target` is the target as PutTargets took it, `body` what it is to receive (the event, or what
    its input rules made of it), `arrived` the event itself; `scope` is the rule's, and `hops` counts the
    buses the event was forwarded by.
    """

    scope: Scope
    rule_arn: str
    target: Mapping[str, Any]
    arn: Arn
    arrived: Arrived
    body: str
    hops: int
    task: Task

    @property
    def event(self) -> Mapping[str, Any]:
        """The event itself."""
        return self.arrived.exact


class TargetKind(ABC):
    """One kind of target."""

    name: ClassVar[str]

    @abstractmethod
    def accepts(self, arn: Arn) -> bool:
        """Whether an ARN names a target of this kind."""

    def needs(self, target: Mapping[str, Any]) -> tuple[str, str] | None:
        """The operation (botocore's service, name) that deliveries call; a target is refused without it.

        None for a kind whose service is always there, or that calls none.
        """
        return None

    def refuse(self, target: Mapping[str, Any], arn: Arn) -> str | None:
        """Why PutTargets must refuse this target, in AWS's words; None to take it."""
        return None

    def lane(self, target: Mapping[str, Any]) -> str:
        """Deliveries of one lane share workers and, if ordered, their order."""
        return str(target["Arn"])

    def ordered(self, target: Mapping[str, Any]) -> bool:
        """Whether deliveries of a lane must go one after the other."""
        return False

    @abstractmethod
    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        """Deliver, by calls made with `completes=delivery.task`. Raises AwsError or TargetError."""


class BatchTargetKind(TargetKind):
    """A kind that takes up to `together` deliveries of a lane at once for less than each by itself costs."""

    together: ClassVar[int]

    @abstractmethod
    async def deliver_many(self, engine: Engine, deliveries: list[Delivery]) -> None:
        """Deliver several of one rule and role by one call, with `completes` the task of each entry.

        What is not marked done then will be delivered alone. Raises AwsError.
        """


# Every delivery asks again; asking each kind took longer than the rest of finding the way.
_KNOWN_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class TargetKindMarker:
    """Set on a class by `target_kind`."""


def target_kind(kind: type[TargetKind]) -> type[TargetKind]:
    """Register a kind of target."""
    mark(kind, TargetKindMarker())
    return kind


class TargetKinds:
    """The kinds there are, by ARN."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._known: dict[Arn, TargetKind | None] = {}

    def of(self, arn: Arn) -> TargetKind | None:
        """The kind an ARN names, or None when nothing can be delivered to it."""
        if arn not in self._known:
            if len(self._known) >= _KNOWN_AT_MOST:
                self._known.clear()
            self._known[arn] = next((kind for kind in self._rooms.target_kinds() if kind.accepts(arn)), None)
        return self._known[arn]
