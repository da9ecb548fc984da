"""The rows of addresses and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.snowball.tables import addresses, jobs
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction


def _of(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(*in_scope(table))


_PUT_ADDRESS = Statement(upsert(addresses))
_ADDRESSES = Statement(
    sa.select(addresses).where(_of(addresses)).order_by(addresses.c.created_ms, addresses.c.id)
)
_ADDRESS = Statement(sa.select(addresses).where(_of(addresses), addresses.c.id == sa.bindparam("id")))
_PUT_JOB = Statement(upsert(jobs, "state", "settings"))
_JOBS = Statement(sa.select(jobs).where(_of(jobs)).order_by(jobs.c.created_ms, jobs.c.id))
_JOB = Statement(sa.select(jobs).where(_of(jobs), jobs.c.id == sa.bindparam("id")))


def put_address(
    tx: Transaction, scope: Scope, address_id: str, address: Mapping[str, Any], now_ms: int
) -> None:
    """Keep an address."""
    text = orjson.dumps(address).decode()
    tx.execute(_PUT_ADDRESS, {**scope.columns, "id": address_id, "address": text, "created_ms": now_ms})


def all_addresses(tx: Snapshot, scope: Scope) -> list[Row]:
    """Every address, the oldest first."""
    return tx.rows(_ADDRESSES, scope.columns)


def address(tx: Snapshot, scope: Scope, address_id: str) -> Row | None:
    """An address, or None."""
    return tx.row(_ADDRESS, {**scope.columns, "id": address_id})


def put_job(
    tx: Transaction, scope: Scope, job: str, state: str, settings: Mapping[str, Any], created_ms: int
) -> None:
    """Keep a job as it is now."""
    values = {
        "id": job,
        "state": state,
        "settings": orjson.dumps(settings).decode(),
        "created_ms": created_ms,
    }
    tx.execute(_PUT_JOB, {**scope.columns, **values})


def all_jobs(tx: Snapshot, scope: Scope) -> list[Row]:
    """Every job, the oldest first."""
    return tx.rows(_JOBS, scope.columns)


def job(tx: Snapshot, scope: Scope, job_id: str) -> Row | None:
    """A job, or None."""
    return tx.row(_JOB, {**scope.columns, "id": job_id})
