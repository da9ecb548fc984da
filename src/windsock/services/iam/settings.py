"""What an account has one of, by name.

- `alias`: the name of its sign-in page
- `password_policy`: JSON, as UpdateAccountPasswordPolicy set it
- `credential_report`: JSON, the latest one
- `organization_features`: JSON, what an organisation's management account may do with members' roots
- `outbound_enabled`, `outbound_issuer`, `outbound_keys`: whether users and roles may have tokens, the id of
  the issuer of these and its private keys (a JSON list)
- `token_version`: which session tokens the global endpoint of STS gives
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.operations import Command
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import settings
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

_rows = Rows(settings)
_ANYWHERE = Statement(
    sa.select(settings.c.account).where(
        settings.c.name == sa.bindparam("name"), settings.c.value == sa.bindparam("value")
    )
)


def setting(at: Reading, name: str) -> str | None:
    """A setting of the account, or None."""
    row = _rows.find(at, name=name)
    return None if row is None else row.value


def put_setting(ctx: Command, name: str, value: str) -> None:
    """Set it, in place of what it was."""
    drop_setting(ctx, name)
    _rows.insert(ctx, name=name, value=value)


def drop_setting(ctx: Command, name: str) -> bool:
    """Whether there was one, which is gone now."""
    return bool(_rows.delete(ctx, name=name))


def account_with(tx: Snapshot, name: str, value: str) -> str | None:
    """The account that has this value, if one has."""
    account: str | None = tx.scalar(_ANYWHERE, {"name": name, "value": value})
    return account
