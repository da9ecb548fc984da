"""What a kind of target of pipes must be able to do, how the kind of an ARN is found, and what kinds share.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html and, for how many
events each takes, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn
from windsock.kernel.discovery import mark, marked
from windsock.kernel.errors import ValidationError
from windsock.services.pipes.definitions import PipeDefinition


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event for the target: what paths of parameters lead into, and the text it is given."""

    event: Any
    text: str


class TargetKind(ABC):
    """One kind of target. `service` and `operation` are what windsock must answer.

    `most` is how many events it takes at once; None for one that is given the batch as one array.
    """

    service: ClassVar[str]
    operation: ClassVar[str]
    most: ClassVar[int | None] = None

    @abstractmethod
    def accepts(self, arn: Arn) -> bool:
        """Whether an ARN names a target of this kind."""

    def check(self, pipe: PipeDefinition) -> None:
        """Raise ValidationError when a pipe's parameters do not fit its target."""
        return

    async def call(
        self, engine: Engine, pipe: PipeDefinition, params: dict[str, Any], cause: str
    ) -> Mapping[str, Any]:
        """Call the operation as the pipe's role, where the target lives. Raises AwsError."""
        answer = await engine.call(
            self.service,
            self.operation,
            params,
            caller=pipe.caller,
            scope=pipe.target.scope,
            cause=cause,
        )
        return answer or {}

    @abstractmethod
    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        """Send a batch; the numbers (from 0) of events that were refused. Raises AwsError, TargetError."""


@dataclass(frozen=True, slots=True)
class PipeTargetMarker:
    """Set on a class by `pipe_target`."""


def pipe_target(kind: type[TargetKind]) -> type[TargetKind]:
    """Register a kind of target."""
    mark(kind, PipeTargetMarker())
    return kind


@functools.cache
def _kinds() -> tuple[TargetKind, ...]:
    return tuple(kind() for _, kind in marked("windsock.services.pipes.targets", PipeTargetMarker))


def target_kind(arn: Arn) -> TargetKind:
    """The kind that an ARN names. Raises ValidationError when windsock cannot send to it from pipes."""
    for kind in _kinds():
        if kind.accepts(arn):
            return kind
    raise ValidationError(f"windsock does not send from pipes to {arn} yet.")


def failed_ids(answer: Mapping[str, Any]) -> set[int]:
    """The numbers of the entries that a batch operation of SQS or SNS reports as failed."""
    return {int(entry["Id"]) for entry in answer.get("Failed", ())}


def reported_failures(payload: bytes | str, batch: Sequence[Outgoing]) -> set[int]:
    """The events in `{"batchItemFailures": [{"itemIdentifier": <messageId>}]}`; all, if one is unknown."""
    try:
        report = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return set()
    items = report.get("batchItemFailures") if isinstance(report, dict) else None
    if not isinstance(items, list):
        return set()
    numbers = {
        each.event.get("messageId"): number
        for number, each in enumerate(batch)
        if isinstance(each.event, dict)
    }
    named = [item.get("itemIdentifier") if isinstance(item, dict) else None for item in items]
    if any(name not in numbers for name in named):
        return set(range(len(batch)))
    return {numbers[name] for name in named}
