"""What was read of accounts' keys, principals and policies, until something of the account changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

T = TypeVar("T")

# How many accounts are remembered at most, and how much of each, whatever is asked for.
_MOST: Final = 10_000


class Remembered:
    """Answers, each under a name that is always of one type."""

    def __init__(self, engine: Engine) -> None:
        self._store = engine.store
        self._answers: dict[str, dict[tuple[str, str], Any]] = {}

    def once(self, account: str, name: tuple[str, str], read: Callable[[Snapshot], T]) -> T:
        """What `read` gave when it was first asked for under this name."""
        if len(self._answers) > _MOST:
            self._answers.clear()
        answers = self._answers.setdefault(account, {})
        if len(answers) > _MOST:
            answers.clear()
        if name not in answers:
            answers[name] = self._store.read(read)
        answer: T = answers[name]
        return answer

    def forget(self, tx: Transaction, account: str) -> None:
        """Something of an account changes: forget what is known of it after the commit."""
        tx.after_commit(lambda: self._drop(account))

    def _drop(self, account: str) -> None:
        self._answers.pop(account, None)
