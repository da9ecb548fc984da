"""What a kind of target of pipes must be able to do, and what the kinds share.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html and, for how many
events each takes, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from windsock.engine.engine import Engine
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

    def check(self, pipe: PipeDefinition) -> None:
        """Raise ValidationError when a pipe's parameters do not fit its target."""
        return

    @abstractmethod
    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        """Send a batch; the numbers (from 0) of events that were refused. Raises AwsError, TargetError."""


def failed_ids(answer: Mapping[str, Any] | None) -> set[int]:
    """The numbers of the entries that a batch operation of SQS or SNS reports as failed."""
    return {int(entry["Id"]) for entry in (answer or {}).get("Failed", ())}


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
