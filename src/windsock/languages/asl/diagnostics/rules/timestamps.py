"""Timestamps that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node

_TIMESTAMP: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A timestamp is written as RFC 3339 has it, with `T` and `Z` or an offset: 2026-11-01T12:00:00Z."""
    for name, field, value in node.fields():
        if field.role != "timestamp" or not isinstance(value, str) or node.is_expression(field, value):
            continue
        if not _is_timestamp(value):
            yield Finding("String does not match RFC3339 timestamp", name)


def _is_timestamp(text: str) -> bool:
    if not _TIMESTAMP.fullmatch(text):
        return False
    try:
        # A leap second is one to AWS as well; the fraction may be longer than Python reads.
        datetime.strptime(text[:19].replace(":60", ":59"), "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return False
    return True
