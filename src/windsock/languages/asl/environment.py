"""What an expression sees besides the document it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Environment:
    """The context object (`$$`, `$states.context`), the variables by name, the instant, and where chance comes from.

    `entropy(n)` gives n bytes; a run whose entropy repeats itself gives the same UUIDs and random numbers again.
    Expressions change none of this and keep what they give out shared with it: values are never changed in place.
    """

    now_ms: int
    entropy: Callable[[int], bytes]
    context: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
