"""What an expression sees besides the document it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Environment:
    """The context object (`$$`, `$states.context`), the variables by name, the instant, the source of chance.

    `entropy(n)` gives n bytes; when they repeat themselves, so do UUIDs and random numbers. No expression
    changes a value, so results may share parts with the context, the variables and the document.
    """

    now_ms: int
    entropy: Callable[[int], bytes]
    context: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
