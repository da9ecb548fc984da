"""The rows of IAM's tables.

Every change goes through here, so that what `StoredIdentities` remembers of an account is dropped with it.
"""

from __future__ import annotations

from windsock.engine.operations import Command
from windsock.services.iam.remembered import Remembered
from windsock.store.scoped_rows import ScopedRows


class Rows(ScopedRows[Command]):
    """The rows of one table."""

    def changed(self, at: Command) -> None:
        """Have what is remembered of the account forgotten."""
        at.engine.part(Remembered).forget(at.tx, at.scope.account)
