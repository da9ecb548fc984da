"""A compiled state machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Machine:
    """A definition, checked and ready to run. Immutable; shared by all its executions."""

    @classmethod
    def compile(cls, definition: str | Mapping[str, Any]) -> Machine:
        """Raises DefinitionError when it is no state machine."""
        raise NotImplementedError
