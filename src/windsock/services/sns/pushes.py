"""Text messages and mobile pushes: kept, as there is no provider behind windsock to hand them to."""

from __future__ import annotations

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.kernel.scope import Scope
from windsock.services.sns.housekeeping import Housekeeping
from windsock.services.sns.limits import OUTBOX_KEPT_MS
from windsock.services.sns.messages import Message
from windsock.services.sns.tables import pushes as table
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

_INSERT = Statement(sa.insert(table))
_LATEST = Statement(
    sa.select(table)
    .where(sa.or_(sa.bindparam("of_endpoint") == "", table.c.endpoint == sa.bindparam("of_endpoint")))
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)


def list_pushes(tx: Snapshot, *, endpoint: str = "", limit: int = 50) -> list[Row]:
    """The latest, newest first: of everybody, or those to one phone number or endpoint ARN."""
    return tx.rows(_LATEST, {"of_endpoint": endpoint, "most": limit})


def keep_push(
    engine: Engine, tx: Transaction, scope: Scope, protocol: str, endpoint: str, message: Message
) -> None:
    """Keep what would have been handed to a provider. `protocol` is `sms` or a push platform's name."""
    now = engine.clock.now_ms()
    tx.execute(
        _INSERT,
        {
            **scope.columns,
            "id": engine.ids.new(now),
            "protocol": protocol,
            "endpoint": endpoint,
            "topic_arn": message.topic_arn,
            "message_id": message.id,
            "subject": message.subject,
            "body": message.content_for(protocol),
            "attributes": orjson.dumps(message.attributes).decode(),
            "sent_ms": now,
        },
    )
    engine.part(Housekeeping).expect(tx, scope, now + OUTBOX_KEPT_MS)
