"""The settings a command works with."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from windsock.cli.failure import fail
from windsock.config import Settings


def settings_of(flags: dict[str, Any]) -> Settings:
    """The settings with the flags that were given (not None); ends with a message when they make no sense."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(": ".join([*map(str, fault["loc"]), fault["msg"]]) for fault in error.errors())
        raise fail(f"the configuration is not valid: {faults}") from error
