"""The one schema. Every table's key begins with account and region, so that tenants can be spread.

Columns hold what every database driver takes and gives as it is (text, whole numbers, floats,
bytes), so rows need no conversion on their way. JSON is kept as text.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()


def text(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[Any]:
    """A column of text; `key` makes it part of the primary key, `optional` lets it be NULL."""
    return sa.Column(name, sa.Text, primary_key=key, nullable=optional)


def number(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[Any]:
    """A column of whole numbers of 64 bits (instants in milliseconds, counts, flags)."""
    return sa.Column(name, sa.BigInteger, primary_key=key, nullable=optional)


def real(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[Any]:
    """A column of floating-point numbers."""
    return sa.Column(name, sa.Double, primary_key=key, nullable=optional)


def blob(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[Any]:
    """A column of bytes."""
    return sa.Column(name, sa.LargeBinary, primary_key=key, nullable=optional)


def scoped_table(name: str, *parts: sa.Column[Any] | sa.Index) -> sa.Table:
    """A table whose primary key is `account`, `region` and then the columns that say `key=True`."""
    return sa.Table(name, metadata, text("account", key=True), text("region", key=True), *parts)


def in_scope(table: sa.Table) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """The conditions that a row is of a scope, whose `columns` the statement is then given."""
    return table.c.account == sa.bindparam("account"), table.c.region == sa.bindparam("region")
