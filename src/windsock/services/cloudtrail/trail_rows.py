"""The rows of trails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Context
from windsock.engine.organizations import Organizations
from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.errors import InvalidHomeRegion, NotManagementAccount, TrailNotFound
from windsock.services.cloudtrail.tables import trails
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF = (
    trails.c.account == sa.bindparam("account"),
    trails.c.region == sa.bindparam("region"),
    trails.c.name == sa.bindparam("name"),
)
_FIND = Statement(sa.select(trails).where(*_OF))
_OF_ACCOUNT = Statement(
    sa.select(trails)
    .where(trails.c.account == sa.bindparam("account"))
    .order_by(trails.c.region, trails.c.name)
)
_LOGGING = Statement(sa.select(trails).where(trails.c.logging == sa.literal(1)))
_COLUMNS = ("body", "selectors", "tags", "status", "logging", "multi_region")
_PUT = Statement(upsert(trails, *_COLUMNS))
_DELETE = Statement(sa.delete(trails).where(*_OF))


def find(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a trail by its home region and name."""
    return tx.row(_FIND, {**scope.columns, "name": name})


def of_account(tx: Snapshot, account: str) -> list[Row]:
    """All trails of an account, by region and name."""
    return tx.rows(_OF_ACCOUNT, {"account": account})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at trails, from where: an account in a region, and who manages its organisation."""

    scope: Scope
    management: str | None = None


def viewer(ctx: Context) -> Viewer:
    """Who makes a call."""
    membership = ctx.engine.part(Organizations).of(ctx.scope.account)
    return Viewer(ctx.scope, None if membership is None else membership.management)


def seen_by(tx: Snapshot, who: Viewer) -> list[Row]:
    """The trails of an account and of its organisation, in all regions."""
    rows = of_account(tx, who.scope.account)
    if who.management in (None, who.scope.account):
        return rows
    return rows + [row for row in of_account(tx, str(who.management)) if is_of_organization(row)]


def visible(tx: Snapshot, who: Viewer) -> list[Row]:
    """Those that are seen in a region: its own, and those of other regions that are for all."""
    return [row for row in seen_by(tx, who) if row.region == who.scope.region or row.multi_region]


def is_of_organization(row: Row) -> bool:
    """Whether a trail is for all accounts of an organisation."""
    return bool(orjson.loads(row.body)["IsOrganizationTrail"])


def logging(tx: Snapshot) -> list[Row]:
    """The trails that log, of every account."""
    return tx.rows(_LOGGING)


def put(tx: Transaction, scope: Scope, values: dict[str, Any]) -> None:
    """Write a whole row."""
    tx.execute(_PUT, {**scope.columns, **values})


def change(tx: Transaction, row: Row, **values: Any) -> None:
    """Write a row with some values changed."""
    put(tx, Scope(row.account, row.region), {**row._asdict(), **values})


def delete(tx: Transaction, row: Row) -> None:
    """Remove a trail."""
    tx.execute(_DELETE, {"account": row.account, "region": row.region, "name": row.name})


def require(tx: Snapshot, who: Viewer, named: str) -> Row:
    """The trail that a name or an ARN means to somebody. Raises TrailNotFound."""
    arn = parse_arn(named)
    if arn is not None:
        found = next((row for row in seen_by(tx, who) if trail_arn(row) == named), None)
    else:
        found = next((row for row in visible(tx, who) if row.name == named), None)
    if found is None:
        raise TrailNotFound(named, who.scope.account)
    return found


def require_own(tx: Snapshot, who: Viewer, named: str) -> Row:
    """The trail that an ARN means, or a name in its home region. Raises TrailNotFound."""
    found = require(tx, who, named)
    if found.region != who.scope.region and parse_arn(named) is None:
        raise TrailNotFound(named, who.scope.account)
    return found


def require_home(tx: Snapshot, who: Viewer, named: str) -> Row:
    """The same, to be changed: by its account, in its home region.

    Raises TrailNotFound, NotManagementAccount, InvalidHomeRegion.
    """
    row = require(tx, who, named)
    if row.account != who.scope.account:
        raise NotManagementAccount
    if row.region != who.scope.region:
        raise InvalidHomeRegion(row.region)
    return row


def trail_arn(row: Row) -> str:
    """The ARN of a trail."""
    return Scope(row.account, row.region).arn("cloudtrail", f"trail/{row.name}")
