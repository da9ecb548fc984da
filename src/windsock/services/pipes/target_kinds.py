"""What a kind of target of pipes must be able to do, and what the kinds share.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from windsock.engine.engine import Engine
from windsock.languages.templates import MISSING, select_path
from windsock.languages.values import to_json
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.limits import MESSAGES_AT_ONCE


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event for the target: what paths of parameters lead into, and the text it is given."""

    event: Any
    text: str


class TargetKind(ABC):
    """One kind of target. `service` and `operation` are what windsock must answer."""

    service: ClassVar[str]
    operation: ClassVar[str]

    def check(self, pipe: PipeDefinition) -> None:
        """Raise ValidationError when a pipe's parameters do not fit its target."""
        return

    @abstractmethod
    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        """Send a batch; the numbers (from 0) of events that were refused. Raises AwsError, TargetError."""


def dynamic(value: str, event: Any) -> str:
    """A parameter that may be a path into the event."""
    if not value.startswith("$."):
        return value
    found = select_path(value, event)
    if found is MISSING:
        return ""
    return found if isinstance(found, str) else to_json(found)


def chunks(batch: Sequence[Outgoing]) -> Iterator[tuple[int, Sequence[Outgoing]]]:
    """A batch in parts of what a batch operation takes, each with the number of its first event."""
    for first in range(0, len(batch), MESSAGES_AT_ONCE):
        yield first, batch[first : first + MESSAGES_AT_ONCE]


def failed_ids(answer: Mapping[str, Any] | None, first: int) -> set[int]:
    """The numbers of the entries that a batch operation of SQS or SNS reports as failed."""
    return {first + int(entry["Id"]) for entry in (answer or {}).get("Failed", ())}


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
