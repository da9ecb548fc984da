"""Providers of identities outside AWS: rows of one table, told apart by their kind.

Their ARNs end in the kind's word and their name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from windsock.engine.operations import Command
from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.iam.errors import NoSuchEntity, invalid_arn
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import identity_providers
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

rows = Rows(identity_providers)


class ProviderKind(NamedTuple):
    """`word` is that of ARNs, `member` the parameter that holds one, `missing` what IAM says of an ARN
    (`{arn}`) of nothing."""

    word: str
    member: str
    missing: str

    def arn(self, scope: Scope, name: str) -> str:
        """The ARN of a provider."""
        return scope.of_account.arn("iam", f"{self.word}/{name}")

    def all(self, at: Reading) -> list[Row]:
        """The providers of the account."""
        return rows.all(at, kind=self.word)

    def find(self, at: Reading, name: str) -> Row | None:
        """A provider by its name, or None."""
        return rows.find(at, kind=self.word, name=name)

    def of(self, at: Reading, params: Mapping[str, Any]) -> Row:
        """The provider that a call names by its ARN. Raises ValidationError and NoSuchEntity."""
        arn = params[self.member]
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "iam" or not parsed.resource.startswith(f"{self.word}/"):
            raise invalid_arn(arn)
        row = self.find(at, parsed.resource.partition("/")[2])
        if row is None or parsed.account != at.scope.account:
            raise NoSuchEntity(self.missing.format(arn=arn))
        return row

    def insert(self, ctx: Command, name: str, details: Mapping[str, Any], tags: str) -> None:
        """Add a provider."""
        rows.insert(
            ctx,
            kind=self.word,
            name=name,
            details=orjson.dumps(details).decode(),
            tags=tags,
            created_ms=ctx.now_ms,
        )

    def set_details(self, ctx: Command, row: Row, details: Mapping[str, Any]) -> None:
        """Replace what is kept of a provider."""
        rows.update(ctx, {"kind": self.word, "name": row.name}, details=orjson.dumps(details).decode())

    def delete(self, ctx: Command, row: Row) -> None:
        """Delete a provider."""
        rows.delete(ctx, kind=self.word, name=row.name)


def details_of(row: Row) -> dict[str, Any]:
    """What is kept of a provider."""
    details: dict[str, Any] = orjson.loads(row.details)
    return details
