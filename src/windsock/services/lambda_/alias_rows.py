"""The rows of aliases."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import sqlalchemy as sa

from windsock.kernel.ids import uuid4
from windsock.services.lambda_.names import FunctionName
from windsock.services.lambda_.tables import aliases, of_function
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_FUNCTION = of_function(aliases)
_OF_ALIAS = sa.and_(_OF_FUNCTION, aliases.c.alias == sa.bindparam("of_alias"))

_FIND = Statement(sa.select(aliases).where(_OF_ALIAS))
_ALL = Statement(sa.select(aliases).where(_OF_FUNCTION).order_by(aliases.c.alias))
_PUT = Statement(upsert(aliases, "version", "description", "weights", "revision"))
_DELETE = Statement(sa.delete(aliases).where(_OF_ALIAS))
_DELETE_ALL = Statement(sa.delete(aliases).where(_OF_FUNCTION))


def find_alias(tx: Snapshot, named: FunctionName, alias: str) -> Row | None:
    """An alias of a function."""
    return tx.row(_FIND, {**named.columns, "of_alias": alias})


def aliases_of(tx: Snapshot, named: FunctionName) -> list[Row]:
    """All aliases of a function, by name."""
    return tx.rows(_ALL, named.columns)


def put_alias(
    tx: Transaction,
    named: FunctionName,
    alias: str,
    *,
    version: str,
    description: str,
    weights: Mapping[str, float],
) -> None:
    """Write an alias, with a new revision."""
    tx.execute(
        _PUT,
        {
            "account": named.scope.account,
            "region": named.scope.region,
            "name": named.name,
            "alias": alias,
            "version": version,
            "description": description,
            "weights": orjson.dumps(weights).decode(),
            "revision": uuid4(),
        },
    )


def delete_alias(tx: Transaction, named: FunctionName, alias: str) -> None:
    """Remove an alias; one that is not there is no error."""
    tx.execute(_DELETE, {**named.columns, "of_alias": alias})


def delete_aliases(tx: Transaction, named: FunctionName) -> None:
    """Remove all aliases of a function."""
    tx.execute(_DELETE_ALL, named.columns)
