"""How many invocations run at once: counted a function, limited by what is reserved.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import TooManyRequests
from windsock.services.lambda_.limits import ACCOUNT_CONCURRENCY, UNRESERVED_AT_LEAST
from windsock.services.lambda_.tables import functions
from windsock.store.statements import Statement
from windsock.store.store import Store
from windsock.store.transaction import Snapshot

_RESERVED = Statement(
    sa.select(sa.func.coalesce(sa.func.sum(functions.c.reserved), 0)).where(
        functions.c.account == sa.bindparam("account"), functions.c.region == sa.bindparam("region")
    )
)


def reserved_in_all(tx: Snapshot, scope: Scope) -> int:
    """The concurrency that the functions of an account and region reserve together."""
    total: int = tx.scalar(_RESERVED, {"account": scope.account, "region": scope.region})
    return total


class ConcurrencyGate:
    """Lets invocations in and counts those that run."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running: Counter[tuple[Scope, str]] = Counter()
        self._unreserved: Counter[Scope] = Counter()

    def running(self, scope: Scope, name: str) -> int:
        """How many invocations of a function run."""
        return self._running[scope, name]

    @contextmanager
    def entered(self, scope: Scope, name: str, reserved: int | None) -> Iterator[None]:
        """One invocation more while the block runs. Raises TooManyRequests where a limit is reached."""
        if reserved is None:
            self._check_unreserved(scope)
        elif self._running[scope, name] >= reserved:
            raise TooManyRequests("ReservedFunctionConcurrentInvocationLimitExceeded")
        self._running[scope, name] += 1
        self._unreserved[scope] += reserved is None
        try:
            yield
        finally:
            self._unreserved[scope] -= reserved is None
            self._running[scope, name] -= 1
            if not self._running[scope, name]:
                del self._running[scope, name]

    def _check_unreserved(self, scope: Scope) -> None:
        running = self._unreserved[scope]
        # So many are always left unreserved: no need to ask how many are.
        if running < UNRESERVED_AT_LEAST:
            return
        if running >= ACCOUNT_CONCURRENCY - self._store.read(lambda tx: reserved_in_all(tx, scope)):
            raise TooManyRequests("ConcurrentInvocationLimitExceeded")
