"""Which deployments are under way in this process, so that one can be told to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from windsock.kernel.scope import Scope

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class Running:
    """An engine part."""

    def __init__(self, engine: Engine) -> None:
        self._cancels: dict[tuple[Scope, str], Callable[[], None]] = {}

    @contextmanager
    def under_way(self, scope: Scope, stack: str, cancel: Callable[[], None]) -> Iterator[None]:
        """A deployment of a stack (its id) is under way while the block runs; `cancel` stops it."""
        self._cancels[scope, stack] = cancel
        try:
            yield
        finally:
            del self._cancels[scope, stack]

    def cancel(self, scope: Scope, stack: str) -> None:
        """Have the deployment of a stack begin nothing more, if one is under way here."""
        cancel = self._cancels.get((scope, stack))
        if cancel is not None:
            cancel()
