"""The accounts that were made, with `windsock accounts` or by an organisation.

Any twelve digits are an account; those that were made have a name.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from windsock.engine.tables import accounts as table
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_ALL = Statement(sa.select(table).order_by(table.c.account))
_ADD = Statement(upsert(table))
_DIGITS: Final = 12


class AccountExists(AwsError):
    """An account of that number was made before."""

    code = "AccountAlreadyExists"
    status = 409


class Accounts:
    """The accounts of a store."""

    def __init__(self, engine: Engine) -> None:
        self._clock = engine.clock

    def add(self, tx: Transaction, account: str | None, name: str) -> str:
        """Make an account, of a number drawn at random unless it is given; its number.

        Raises AccountExists.
        """
        made = {row.account for row in all_accounts(tx)}
        if account in made:
            raise AccountExists(f"The account {account} is there already.")
        account = account or _unused(made)
        scope = Scope(account, DEFAULT_REGION).of_account
        tx.execute(_ADD, {**scope.columns, "name": name or account, "created_ms": self._clock.now_ms()})
        return account


def all_accounts(tx: Snapshot) -> list[Row]:
    """The accounts that were made, by number."""
    return tx.rows(_ALL)


def _unused(made: set[str]) -> str:
    while True:
        account = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        if account not in made and account != DEFAULT_ACCOUNT:
            return account
