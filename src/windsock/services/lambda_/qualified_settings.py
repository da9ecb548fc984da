"""What is set for one qualifier of a function: event invoke configurations, URLs, provisioned concurrency.

Each kind of setting keeps a JSON object a qualifier; `$LATEST` stands for none given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Params, Query
from windsock.services.lambda_.errors import ResourceNotFound
from windsock.services.lambda_.names import LATEST, FunctionName, unqualified_function
from windsock.services.lambda_.pages import page, page_size, start_after
from windsock.services.lambda_.qualifiers import require_qualifier
from windsock.services.lambda_.tables import of_function
from windsock.services.lambda_.tables import qualified_settings as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_FUNCTION = of_function(table)
_OF_KIND = sa.and_(_OF_FUNCTION, table.c.kind == sa.bindparam("of_kind"))
_OF_SETTING = sa.and_(_OF_KIND, table.c.qualifier == sa.bindparam("of_qualifier"))
_FIND = Statement(sa.select(table).where(_OF_SETTING))
_ALL = Statement(sa.select(table).where(_OF_KIND).order_by(table.c.qualifier))
_PUT = Statement(upsert(table, "settings", "modified_ms"))
_DELETE = Statement(sa.delete(table).where(_OF_SETTING))
_DELETE_QUALIFIER = Statement(
    sa.delete(table).where(_OF_FUNCTION, table.c.qualifier == sa.bindparam("of_qualifier"))
)
_DELETE_ALL = Statement(sa.delete(table).where(_OF_FUNCTION))


class Settings:
    """One kind of setting. `qualifier` of a name that has none is `$LATEST`."""

    def __init__(self, kind: str, *, no_function: str = "") -> None:
        """`no_function` is what AWS says for this kind when a function, version or alias is not there."""
        self._kind = kind
        self._no_function = no_function

    def require_qualifier(self, tx: Snapshot, named: FunctionName) -> None:
        """Raises ResourceNotFound unless the function has the alias or version that was named."""
        try:
            require_qualifier(tx, named)
        except ResourceNotFound:
            if not self._no_function:
                raise
            raise ResourceNotFound(self._no_function) from None

    def find(self, tx: Snapshot, named: FunctionName) -> Row | None:
        """The setting of a qualifier; `settings` of the row is JSON."""
        return tx.row(_FIND, self._key(named))

    def all(self, tx: Snapshot, named: FunctionName) -> list[Row]:
        """The settings of all qualifiers of a function, by qualifier."""
        return tx.rows(_ALL, {**named.columns, "of_kind": self._kind})

    def listed(
        self, ctx: Query, params: Params, member: str, form: Callable[[FunctionName, Row], Any]
    ) -> dict[str, Any]:
        """A page of the settings of a function's qualifiers, by qualifier, each in the form it is told in."""
        named = unqualified_function(ctx.scope, params)
        self.require_qualifier(ctx.tx, named)
        (after,) = start_after(params, [""])
        size = page_size(params)
        rows = [row for row in self.all(ctx.tx, named) if row.qualifier > after]
        return page(member, rows[: size + 1], size, lambda row: [row.qualifier], lambda row: form(named, row))

    def put(self, tx: Transaction, named: FunctionName, settings: Mapping[str, Any], now_ms: int) -> Row:
        """Write a setting, in place of the one there is; its row."""
        tx.execute(
            _PUT,
            {
                "account": named.scope.account,
                "region": named.scope.region,
                "name": named.name,
                "kind": self._kind,
                "qualifier": named.qualifier or LATEST,
                "settings": orjson.dumps(settings).decode(),
                "created_ms": now_ms,
                "modified_ms": now_ms,
            },
        )
        row = self.find(tx, named)
        if row is None:
            raise LookupError(f"the {self._kind} that was just written is not there")
        return row

    def delete(self, tx: Transaction, named: FunctionName) -> None:
        """Remove a setting; one that is not there is no error."""
        tx.execute(_DELETE, self._key(named))

    def _key(self, named: FunctionName) -> dict[str, str]:
        return {**named.columns, "of_kind": self._kind, "of_qualifier": named.qualifier or LATEST}


def delete_settings(tx: Transaction, named: FunctionName, qualifier: str | None = None) -> None:
    """Remove all settings of a function, or of one of its qualifiers."""
    if qualifier is None:
        tx.execute(_DELETE_ALL, named.columns)
    else:
        tx.execute(_DELETE_QUALIFIER, {**named.columns, "of_qualifier": qualifier})
