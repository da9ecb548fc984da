"""The errors that retriers and catchers are for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node

_ALL: Final = "States.ALL"


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """`ErrorEquals` holds names; `States.ALL` stands alone in it, and in the last retrier or catcher."""
    for field in ("Retry", "Catch"):
        handlers = node.value.get(field) if field in node.shape.fields else None
        if not isinstance(handlers, list):
            continue
        for position, handler in enumerate(handlers):
            names = handler.get("ErrorEquals") if isinstance(handler, dict) else None
            if not isinstance(names, list):
                continue
            is_last = position == len(handlers) - 1
            for index, name in enumerate(names):
                if not isinstance(name, str):
                    yield Finding("Expected value of type String", field, position, "ErrorEquals", index)
                elif name == _ALL and (len(names) > 1 or not is_last):
                    message = f"{_ALL} must appear alone and at end of list"
                    yield Finding(message, field, position, "ErrorEquals", index)
