"""The accounts that were made with `windsock accounts`, and the organisation they belong to.

Any twelve digits are an account; those that were made have a name, and are members of one organisation, whose
management account is the default one.
Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
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

ORGANIZATION: Final = "o-windsockorg"
MANAGEMENT_ACCOUNT: Final = DEFAULT_ACCOUNT

_ALL = Statement(sa.select(table).order_by(table.c.account))
_ADD = Statement(upsert(table))
_DIGITS: Final = 12


class AccountExists(AwsError):
    """An account of that number was made before."""

    code = "AccountAlreadyExists"
    status = 409


class Accounts:
    """The accounts of a store; which they are is kept in memory."""

    def __init__(self, engine: Engine) -> None:
        self._clock = engine.clock
        self._store = engine.store
        self._members: frozenset[str] | None = None

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
        tx.after_commit(self._forget)
        return account

    def organization_of(self, account: str) -> str | None:
        """The organisation of an account; None for one that was not made, and while none was."""
        if self._members is None:
            self._members = frozenset(row.account for row in self._store.read(all_accounts))
        members = self._members
        if account in members or (members and account == MANAGEMENT_ACCOUNT):
            return ORGANIZATION
        return None

    def _forget(self) -> None:
        self._members = None


def all_accounts(tx: Snapshot) -> list[Row]:
    """The accounts that were made, by number."""
    return tx.rows(_ALL)


def _unused(made: set[str]) -> str:
    while True:
        account = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        if account not in made and account != MANAGEMENT_ACCOUNT:
            return account
