"""A published message, as it is kept until its last delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.sns.tables import messages as table
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

_INSERT = Statement(sa.insert(table))
_FIND = Statement(
    sa.select(table.c.body).where(
        *in_scope(table),
        table.c.id == sa.bindparam("id"),
    )
)
_KEPT_FIELDS = (
    "id", "topic_arn", "content", "by_protocol", "subject", "attributes", "published_ms", "endpoint",
    "signature_version", "sender_name", "group_id", "deduplication_id", "sequence_number",
)  # fmt: skip


@dataclass(slots=True)
class Message:
    """What was published.

    `attributes` are as Publish takes them, with BinaryValue in base64. `endpoint` is the base URL
    for links; `sender_name` the topic's display name. The FIFO fields are empty for standard topics.
    `signatures` keeps the signature of each signed text, so that it is computed once for all
    subscribers.
    """

    id: str
    topic_arn: str
    content: str
    by_protocol: Mapping[str, str] | None
    subject: str | None
    attributes: Mapping[str, Mapping[str, str]]
    published_ms: int
    endpoint: str
    signature_version: str
    sender_name: str
    group_id: str = ""
    deduplication_id: str = ""
    sequence_number: str = ""
    signatures: dict[str, asyncio.Future[str]] = field(default_factory=dict)

    def content_for(self, protocol: str) -> str:
        """The text for a protocol: its own where the message was structured, else the default."""
        if self.by_protocol is None:
            return self.content
        return self.by_protocol.get(protocol, self.by_protocol["default"])


class Kept(NamedTuple):
    """A message to be kept: the id of its row, and of the last task that refers to it."""

    row_id: str
    last_task: str
    message: Message


def keep(tx: Transaction, scope: Scope, kept: Iterable[Kept]) -> None:
    """Write messages down."""
    tx.execute_many(
        _INSERT,
        [
            {
                **scope.columns,
                "id": row_id,
                "last_task": last_task,
                "accepted_ms": message.published_ms,
                "body": orjson.dumps({name: getattr(message, name) for name in _KEPT_FIELDS}),
            }
            for row_id, last_task, message in kept
        ],
    )


def find(tx: Snapshot, scope: Scope, row_id: str) -> Message | None:
    """A message that was kept, or None."""
    body: Any = tx.scalar(_FIND, {**scope.columns, "id": row_id})
    return None if body is None else Message(**orjson.loads(body))
