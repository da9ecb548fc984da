"""The rows of functions and their versions: found, written and removed."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import function_not_found
from windsock.services.lambda_.names import LATEST, FunctionName
from windsock.services.lambda_.tables import functions, of_function, versions
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_FUNCTION = of_function(functions)
_OF_VERSIONS = of_function(versions)
_OF_VERSION = sa.and_(_OF_VERSIONS, versions.c.version == sa.bindparam("of_version"))

_FIND = Statement(sa.select(functions).where(_OF_FUNCTION))
_INSERT = Statement(sa.insert(functions))
_DELETE = Statement(sa.delete(functions).where(_OF_FUNCTION))
_COUNT_VERSION = Statement(
    sa.update(functions)
    .where(_OF_FUNCTION)
    .values(
        last_version=sa.bindparam("new_last_version"),
        published_description=sa.bindparam("new_published_description"),
    )
)
_SET_TAGS = Statement(sa.update(functions).where(_OF_FUNCTION).values(tags=sa.bindparam("new_tags")))
_SET_RESERVED = Statement(
    sa.update(functions).where(_OF_FUNCTION).values(reserved=sa.bindparam("new_reserved"))
)
_SET_LOOP = Statement(
    sa.update(functions).where(_OF_FUNCTION).values(recursive_loop=sa.bindparam("new_recursive_loop"))
)
_FIND_VERSION = Statement(sa.select(versions).where(_OF_VERSION))
_VERSIONS = Statement(sa.select(versions).where(_OF_VERSIONS).order_by(versions.c.ordinal))
_PUT_VERSION = Statement(
    upsert(versions, "configuration", "package", "package_size", "revision", "modified_ms")
)
_DELETE_VERSION = Statement(sa.delete(versions).where(_OF_VERSION))
_DELETE_VERSIONS = Statement(sa.delete(versions).where(_OF_VERSIONS))


def find_function(tx: Snapshot, named: FunctionName) -> Row | None:
    """A function's row."""
    return tx.row(_FIND, named.columns)


def require_function(tx: Snapshot, named: FunctionName) -> Row:
    """A function's row. Raises ResourceNotFound."""
    row = find_function(tx, named)
    if row is None:
        raise function_not_found(named.unqualified_arn)
    return row


def require_invoked(tx: Snapshot, named: FunctionName) -> Row:
    """The row of a function that is to run. Raises ResourceNotFound, of `$LATEST` for no qualifier."""
    row = find_function(tx, named)
    if row is None:
        raise function_not_found(named.with_qualifier(named.qualifier or LATEST))
    return row


def insert_function(tx: Transaction, scope: Scope, name: str, tags: dict[str, str], now_ms: int) -> None:
    """Add a function without versions."""
    tx.execute(
        _INSERT,
        {
            "account": scope.account,
            "region": scope.region,
            "name": name,
            "last_version": 0,
            "published_description": None,
            "reserved": None,
            "recursive_loop": "Terminate",
            "tags": orjson.dumps(tags).decode(),
            "created_ms": now_ms,
        },
    )


def delete_function(tx: Transaction, named: FunctionName) -> None:
    """Remove a function and its versions."""
    key = named.columns
    tx.execute(_DELETE, key)
    tx.execute(_DELETE_VERSIONS, key)


def set_last_version(tx: Transaction, named: FunctionName, last: int, description: str) -> None:
    """Remember the number of the version that was published last, and how `$LATEST` was described then."""
    new = {"new_last_version": last, "new_published_description": description}
    tx.execute(_COUNT_VERSION, {**named.columns, **new})


def set_tags(tx: Transaction, named: FunctionName, tags: dict[str, str]) -> None:
    """Replace a function's tags."""
    tx.execute(_SET_TAGS, {**named.columns, "new_tags": orjson.dumps(tags).decode()})


def set_reserved(tx: Transaction, named: FunctionName, reserved: int | None) -> None:
    """Set a function's reserved concurrency; None for none."""
    tx.execute(_SET_RESERVED, {**named.columns, "new_reserved": reserved})


def set_recursive_loop(tx: Transaction, named: FunctionName, loop: str) -> None:
    """Set what happens to recursive invocations."""
    tx.execute(_SET_LOOP, {**named.columns, "new_recursive_loop": loop})


def find_version(tx: Snapshot, named: FunctionName, version: str = LATEST) -> Row | None:
    """The row of a version (or `$LATEST`)."""
    return tx.row(_FIND_VERSION, {**named.columns, "of_version": version})


def require_version(tx: Snapshot, named: FunctionName, version: str = LATEST) -> Row:
    """The row of a version. Raises ResourceNotFound, naming what the call asked for."""
    row = find_version(tx, named, version)
    if row is None:
        raise function_not_found(named.arn)
    return row


def versions_of(tx: Snapshot, named: FunctionName) -> list[Row]:
    """All versions, `$LATEST` first, then by number."""
    return tx.rows(_VERSIONS, named.columns)


def put_version(
    tx: Transaction,
    named: FunctionName,
    version: str,
    *,
    configuration: dict[str, Any],
    package: str,
    package_size: int,
    revision: str,
    now_ms: int,
) -> Row:
    """Write a version, in place of the one of that name if there is one; its row."""
    tx.execute(
        _PUT_VERSION,
        {
            "account": named.scope.account,
            "region": named.scope.region,
            "name": named.name,
            "version": version,
            "ordinal": 0 if version == LATEST else int(version),
            "configuration": orjson.dumps(configuration).decode(),
            "package": package,
            "package_size": package_size,
            "revision": revision,
            "modified_ms": now_ms,
        },
    )
    return require_version(tx, named, version)


def delete_version(tx: Transaction, named: FunctionName, version: str) -> None:
    """Remove one version."""
    tx.execute(_DELETE_VERSION, {**named.columns, "of_version": version})
