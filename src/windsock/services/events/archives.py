"""Archives: what is kept of the events of a bus, to be replayed.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html and the pages of
the other operations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import ValidationError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.events import archiving
from windsock.services.events.archive_rules import delete_archive_rule, put_archive_rule
from windsock.services.events.buses import bus_of_arn
from windsock.services.events.errors import ResourceAlreadyExists, ResourceNotFound
from windsock.services.events.names import bus_arn
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.rule_checks import check_pattern_syntax
from windsock.services.events.tables import archives
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot

_FILTERS: Final = ("State", "EventSourceArn", "NamePrefix")

_IN_SCOPE = in_scope(archives)
_ALL = Statement(sa.select(archives).where(*_IN_SCOPE).order_by(archives.c.name))
_PUT = Statement(upsert(archives, "description", "pattern", "kms_key", "retention_days"))
_DELETE = Statement(sa.delete(archives).where(*_IN_SCOPE, archives.c.name == sa.bindparam("of_name")))


@command("CreateArchive")
def create_archive(ctx: Command, params: Params) -> Result:
    """Begin to archive the events of a bus."""
    name: str = params["ArchiveName"]
    bus = bus_of_arn(ctx.tx, ctx.scope, params["EventSourceArn"], "EventSourceArn")
    if archiving.find_archive(ctx.tx, ctx.scope, name) is not None:
        raise ResourceAlreadyExists(f"Archive {name} already exists.")
    row = {
        **ctx.scope.columns,
        "name": name,
        "id": uuid4(),
        "bus": bus,
        "state": "ENABLED",
        "state_reason": None,
        "event_count": 0,
        "size_bytes": 0,
        "created_ms": ctx.now_ms,
        **_settings(params, None),
    }
    _put(ctx, row)
    return _changed(ctx.scope, row)


@command("UpdateArchive")
def update_archive(ctx: Command, params: Params) -> Result:
    """Change what is given of an archive and leave the rest. What it holds stays, but for its age."""
    archive = require_archive(ctx.tx, ctx.scope, params["ArchiveName"])
    row = {**archive._asdict(), **_settings(params, archive)}
    _put(ctx, row)
    return _changed(ctx.scope, row)


@command("DeleteArchive")
def delete_archive(ctx: Command, params: Params) -> Result:
    """Delete an archive with all it holds."""
    archive = require_archive(ctx.tx, ctx.scope, params["ArchiveName"])
    ctx.tx.execute(_DELETE, {**ctx.scope.columns, "of_name": archive.name})
    delete_archive_rule(ctx, archive)
    archiving.remove_all(ctx.engine, ctx.tx, ctx.scope, archive)
    return None


@query("DescribeArchive")
def describe_archive(ctx: Query, params: Params) -> Result:
    """An archive, and how much is in it."""
    archive = require_archive(ctx.tx, ctx.scope, params["ArchiveName"])
    answer = {"ArchiveArn": archive_arn(ctx.scope, archive.name), **_listed(ctx.scope, archive)}
    optional = {
        "Description": archive.description,
        "EventPattern": archive.pattern,
        "KmsKeyIdentifier": archive.kms_key,
    }
    return {**answer, **{name: value for name, value in optional.items() if value}}


@query("ListArchives")
def list_archives(ctx: Query, params: Params) -> Result:
    """The archives by name: all, or those that one of the filters lets through."""
    check_one_filter(params, "ListArchives")
    source = params.get("EventSourceArn")
    prefix, state = params.get("NamePrefix", ""), params.get("State")
    after, size = start_after(params, ""), page_size(params)
    found = [
        archive
        for archive in ctx.tx.rows(_ALL, ctx.scope.columns)
        if archive.name > after
        and archive.name.startswith(prefix)
        and state in (None, archive.state)
        and source in (None, bus_arn(ctx.scope, archive.bus))
    ]
    return page(
        "Archives", found, size, lambda archive: archive.name, lambda archive: _listed(ctx.scope, archive)
    )


def require_archive(tx: Snapshot, scope: Scope, name: str) -> Row:
    """The row of an archive. Raises ResourceNotFound."""
    archive = archiving.find_archive(tx, scope, name)
    if archive is None:
        raise ResourceNotFound(f"Archive {name} does not exist.")
    return archive


def archive_arn(scope: Scope, name: str) -> str:
    """The ARN of an archive."""
    return scope.arn("events", f"archive/{name}")


def check_one_filter(params: Params, operation: str) -> None:
    """Raise ValidationError when archives or replays are listed with more than one filter."""
    if sum(name in params for name in _FILTERS) > 1:
        raise ValidationError(
            f"At most one filter is allowed for {operation}. "
            "Use either : State, EventSourceArn, or NamePrefix."
        )


def _put(ctx: Command, row: dict[str, Any]) -> None:
    if row["pattern"]:
        check_pattern_syntax(row["pattern"])
    ctx.tx.execute(_PUT, row)
    if row["state"] == "ENABLED":
        put_archive_rule(ctx, row)
    archiving.follow_retention(ctx.engine, ctx.tx, ctx.scope, row["name"], row["retention_days"])


def _settings(params: Params, kept: Row | None) -> dict[str, Any]:
    """The columns that a request may set, from what it gives and what was there."""
    columns = {
        "description": ("Description", None),
        "pattern": ("EventPattern", None),
        "kms_key": ("KmsKeyIdentifier", None),
        "retention_days": ("RetentionDays", 0),
    }
    return {
        column: params.get(name, default if kept is None else getattr(kept, column)) or default
        for column, (name, default) in columns.items()
    }


def _changed(scope: Scope, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ArchiveArn": archive_arn(scope, row["name"]),
        "State": row["state"],
        "CreationTime": to_datetime(row["created_ms"]),
    }


def _listed(scope: Scope, archive: Row) -> dict[str, Any]:
    listed = {
        "ArchiveName": archive.name,
        "EventSourceArn": bus_arn(scope, archive.bus),
        "State": archive.state,
        "RetentionDays": archive.retention_days,
        "SizeBytes": archive.size_bytes,
        "EventCount": archive.event_count,
        "CreationTime": to_datetime(archive.created_ms),
    }
    return {**listed, "StateReason": archive.state_reason} if archive.state_reason else listed
