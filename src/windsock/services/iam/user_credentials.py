"""What else than keys and a password a user may have: rows of one table, told apart by their kind.

Each is active or inactive, belongs to a user, and may be listed, changed in its status and deleted by its id.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from windsock.engine.operations import Command
from windsock.services.iam.errors import LimitExceeded, NoSuchEntity
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import user_credentials
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_rows = Rows(user_credentials)


class CredentialKind(NamedTuple):
    """`name` is that in the table, `missing` what IAM says of an id (`{id}`) that a user does not have."""

    name: str
    missing: str

    def of_user(self, at: Reading, user: Row) -> list[Row]:
        """The credentials of a user."""
        return _rows.all(at, kind=self.name, user=user.id)

    def find(self, at: Reading, credential_id: str) -> Row | None:
        """A credential by its id, whoever has it."""
        return _rows.find(at, kind=self.name, id=credential_id)

    def named(self, at: Reading, user: Row, credential_id: str) -> Row:
        """A credential of a user. Raises NoSuchEntity."""
        row = self.find(at, credential_id)
        if row is None or row.user != user.id:
            raise NoSuchEntity(self.missing.format(id=credential_id))
        return row

    def add(self, ctx: Command, user: Row, credential_id: str, details: dict[str, Any]) -> Row:
        """Give a user one more, which is active."""
        _rows.insert(
            ctx,
            kind=self.name,
            id=credential_id,
            user=user.id,
            status="Active",
            details=orjson.dumps(details).decode(),
            created_ms=ctx.now_ms,
        )
        return self.named(ctx, user, credential_id)

    def set_status(self, ctx: Command, user: Row, credential_id: str, status: str) -> None:
        """Make one active or inactive. Raises NoSuchEntity."""
        row = self.named(ctx, user, credential_id)
        _rows.update(ctx, {"kind": self.name, "id": row.id}, status=status)

    def set_details(self, ctx: Command, row: Row, details: dict[str, Any]) -> None:
        """Replace what is kept of one."""
        _rows.update(ctx, {"kind": self.name, "id": row.id}, details=orjson.dumps(details).decode())

    def delete(self, ctx: Command, user: Row, credential_id: str) -> None:
        """Take one from a user. Raises NoSuchEntity."""
        row = self.named(ctx, user, credential_id)
        _rows.delete(ctx, kind=self.name, id=row.id)

    def refuse_more(self, at: Reading, user: Row, quota: str, most: int) -> None:
        """Raises LimitExceeded for a user who has `most` of them."""
        if len(self.of_user(at, user)) >= most:
            raise LimitExceeded.of(quota, most)


def details_of(row: Row) -> dict[str, Any]:
    """What is kept of a credential."""
    details: dict[str, Any] = orjson.loads(row.details)
    return details
