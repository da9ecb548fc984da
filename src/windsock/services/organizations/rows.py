"""The rows of Organizations' tables, in the management account of an organisation.

What is remembered of policies is dropped with every change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windsock.kernel.scope import Scope
from windsock.services.organizations import tables
from windsock.services.organizations.remembered import Remembered
from windsock.store.scoped_rows import ScopedRows
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of an organisation are written: in its management account."""

    engine: Engine
    tx: Transaction
    scope: Scope


class Rows(ScopedRows[Place]):
    """The rows of one table."""

    def changed(self, at: Place) -> None:
        """Have what is remembered forgotten."""
        at.tx.after_commit(at.engine.part(Remembered).clear)


organizations: Final = Rows(tables.organizations)
members: Final = Rows(tables.members)
units: Final = Rows(tables.units)
policies: Final = Rows(tables.policies)
attachments: Final = Rows(tables.attachments)
handshakes: Final = Rows(tables.handshakes)
account_requests: Final = Rows(tables.account_requests)
service_access: Final = Rows(tables.service_access)
delegations: Final = Rows(tables.delegations)
tags: Final = Rows(tables.tags)
