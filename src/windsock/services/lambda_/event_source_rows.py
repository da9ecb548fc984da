"""The rows of event source mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.lambda_.tables import event_sources as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_SCOPE = sa.and_(
    table.c.account == sa.bindparam("of_account"), table.c.region == sa.bindparam("of_region")
)
_OF_MAPPING = sa.and_(_OF_SCOPE, table.c.uuid == sa.bindparam("of_uuid"))
_FIND = Statement(sa.select(table).where(_OF_MAPPING))
_ALL = Statement(sa.select(table).where(_OF_SCOPE).order_by(table.c.uuid))
_PUT = Statement(upsert(table, "function", "qualifier", "enabled", "settings", "modified_ms"))
_SET_TAGS = Statement(sa.update(table).where(_OF_MAPPING).values(tags=sa.bindparam("new_tags")))
_DELETE = Statement(sa.delete(table).where(_OF_MAPPING))


def find_mapping(tx: Snapshot, scope: Scope, uuid: str) -> Row | None:
    """A mapping."""
    return tx.row(_FIND, _of(scope, uuid))


def all_mappings(tx: Snapshot, scope: Scope) -> list[Row]:
    """All mappings of an account and region, by UUID."""
    return tx.rows(_ALL, {"of_account": scope.account, "of_region": scope.region})


def put_mapping(
    tx: Transaction,
    scope: Scope,
    uuid: str,
    *,
    function: str,
    qualifier: str,
    source: str,
    enabled: bool,
    settings: Mapping[str, Any],
    tags: Mapping[str, str],
    now_ms: int,
) -> None:
    """Write a mapping; source and tags of one that is there stay as they are."""
    tx.execute(
        _PUT,
        {
            "account": scope.account,
            "region": scope.region,
            "uuid": uuid,
            "function": function,
            "qualifier": qualifier,
            "source": source,
            "enabled": int(enabled),
            "settings": orjson.dumps(settings).decode(),
            "tags": orjson.dumps(tags).decode(),
            "modified_ms": now_ms,
        },
    )


def set_tags(tx: Transaction, scope: Scope, uuid: str, tags: Mapping[str, str]) -> None:
    """Replace a mapping's tags."""
    tx.execute(_SET_TAGS, {**_of(scope, uuid), "new_tags": orjson.dumps(tags).decode()})


def delete_mapping(tx: Transaction, scope: Scope, uuid: str) -> None:
    """Remove a mapping."""
    tx.execute(_DELETE, _of(scope, uuid))


def _of(scope: Scope, uuid: str) -> dict[str, str]:
    return {"of_account": scope.account, "of_region": scope.region, "of_uuid": uuid}
