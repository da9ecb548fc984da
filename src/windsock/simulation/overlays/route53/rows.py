"""The rows of health checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.simulation.overlays.route53.tables import health_checks as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF = sa.and_(
    table.c.account == sa.bindparam("of_account"),
    table.c.region == sa.bindparam("of_region"),
    table.c.id == sa.bindparam("of_id"),
)
_PUT = Statement(upsert(table, "config"))
_ONE = Statement(sa.select(table).where(_OF))
_DELETE = Statement(sa.delete(table).where(_OF))
OBSERVED = ("healthy", "streak", "report", "checked_ms", "failure", "failed_ms", "measured_ms")
"""The columns that hold what was found."""

_OBSERVED = Statement(sa.update(table).where(_OF).values({name: sa.bindparam(name) for name in OBSERVED}))


def put(tx: Transaction, scope: Scope, check: str, config: Mapping[str, Any]) -> None:
    """Keep a check, which is healthy until it is known better, or change its configuration."""
    values = {
        "account": scope.account,
        "region": scope.region,
        "id": check,
        "config": orjson.dumps(config).decode(),
        "healthy": 1,
        "streak": 0,
        "report": "",
        "checked_ms": None,
        "failure": "",
        "failed_ms": None,
        "measured_ms": 0,
    }
    tx.execute(_PUT, values)


def one(tx: Snapshot, scope: Scope, check: str) -> Row | None:
    """A check, or None."""
    return next(iter(tx.rows(_ONE, _key(scope, check))), None)


def observed(tx: Transaction, scope: Scope, check: str, values: Mapping[str, Any]) -> None:
    """Keep what was found, by column."""
    tx.execute(_OBSERVED, {**_key(scope, check), **values})


def delete(tx: Transaction, scope: Scope, check: str) -> None:
    """Forget a check."""
    tx.execute(_DELETE, _key(scope, check))


def _key(scope: Scope, check: str) -> dict[str, str]:
    return {"of_account": scope.account, "of_region": scope.region, "of_id": check}
