"""What a protocol does: deliver a notification, and ask an endpoint to confirm."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from windsock.engine.tasks import Task
from windsock.kernel.discovery import mark, marked
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.services.sns.envelopes import Confirmation
from windsock.services.sns.messages import Message
from windsock.services.sns.topic_cache import Subscriber

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# Who calls when a message is delivered.
PRINCIPAL: Final = "sns.amazonaws.com"

_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown", "OverLimit")


class PermanentFailure(Exception):
    """A delivery that would fail in the same way however often it were tried."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one subscriber, and the task that stands for it."""

    task: Task
    message: Message
    subscriber: Subscriber


class Deliverer(ABC):
    """A protocol. Deliveries raise when they failed; PermanentFailure when retries are of no use."""

    protocols: ClassVar[tuple[str, ...]]
    tells_ended: ClassVar[bool] = False

    @abstractmethod
    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        """Hand the message to the subscriber."""

    async def ask(
        self, engine: Engine, task: Task, endpoint: str, sender_name: str, request: Confirmation
    ) -> None:
        """Send a confirmation request; protocols whose endpoints are always the caller's never do."""
        raise PermanentFailure(f"{self.protocols[0]} endpoints are not asked to confirm")


class BatchDeliverer(Deliverer):
    """A protocol that takes up to `together` messages at once for less than each by itself costs."""

    together: ClassVar[int]

    @abstractmethod
    async def deliver_many(self, engine: Engine, deliveries: list[Delivery]) -> None:
        """Hand messages to their one subscriber; those not marked done then will be delivered alone."""


@dataclass(frozen=True, slots=True)
class _Marker:
    """Set on a class by `deliverer`."""


def deliverer(kind: type[Deliverer]) -> type[Deliverer]:
    """Register a protocol's class."""
    mark(kind, _Marker())
    return kind


class Deliverers:
    """The protocols of an engine."""

    def __init__(self, engine: Engine) -> None:
        package = __name__.rpartition(".")[0]
        self._by_protocol: dict[str, Deliverer] = {
            protocol: instance
            for instance in (kind() for _, kind in marked(package, _Marker))
            for protocol in instance.protocols
        }

    def of(self, protocol: str) -> Deliverer:
        """What delivers by a protocol."""
        return self._by_protocol[protocol]


def is_permanent(error: Exception) -> bool:
    """Whether a failure is the client's, which SNS does not retry.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    """
    if isinstance(error, PermanentFailure | NotImplementedOperation):
        return True
    return isinstance(error, AwsError) and error.status < 500 and not error.code.startswith(_THROTTLED)
