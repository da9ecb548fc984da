"""What was found out of accounts' places and policies, until something of an organisation changes."""

from __future__ import annotations

from windsock.engine.organizations import Guards


class Remembered:
    """An engine part: what is set on accounts, by their numbers."""

    def __init__(self, engine: object) -> None:
        self.guards: dict[str, Guards] = {}

    def clear(self) -> None:
        """Forget it all: organisations change rarely."""
        self.guards.clear()
