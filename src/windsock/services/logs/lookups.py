"""Finding a group or a stream that an operation names."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.kernel import ids
from windsock.kernel.scope import Scope
from windsock.services.logs.errors import NoSuchGroup, NoSuchStream
from windsock.services.logs.tables import groups, streams
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

_GROUP = Statement(
    sa.select(groups).where(
        *in_scope(groups),
        groups.c.name == sa.bindparam("of_name"),
    )
)
_STREAM = Statement(
    sa.select(streams).where(
        *in_scope(streams),
        streams.c.group_id == sa.bindparam("of_group"),
        streams.c.name == sa.bindparam("of_name"),
    )
)


def new_number() -> int:
    """A number for a new group or stream: 60 random bits."""
    return int(ids.token(15), 16)


def find_group(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The group of that name, or None."""
    return tx.row(_GROUP, {**scope.columns, "of_name": name})


def get_group(tx: Snapshot, scope: Scope, name: str) -> Row:
    """The group of that name. Raises NoSuchGroup."""
    group = find_group(tx, scope, name)
    if group is None:
        raise NoSuchGroup
    return group


def find_stream(tx: Snapshot, group: Row, name: str) -> Row | None:
    """The stream of that name in a group, or None."""
    return tx.row(
        _STREAM,
        {"account": group.account, "region": group.region, "of_group": group.id, "of_name": name},
    )


def get_stream(tx: Snapshot, group: Row, name: str) -> Row:
    """The stream of that name in a group. Raises NoSuchStream."""
    stream = find_stream(tx, group, name)
    if stream is None:
        raise NoSuchStream
    return stream
