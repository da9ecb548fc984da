"""Timestamps that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node
from windsock.languages.asl.timestamps import parse_timestamp

_WRITTEN: Final = re.compile(r"[^T]+T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
"""A definition has to write the seconds, which inputs of executions may leave out."""


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A timestamp is written as RFC 3339 has it, with `T` and `Z` or an offset: 2026-11-01T12:00:00Z."""
    for name, field, value in node.fields():
        if field.role != "timestamp" or not isinstance(value, str) or node.is_expression(field, value):
            continue
        if not _is_timestamp(value):
            yield Finding("String does not match RFC3339 timestamp", name)


def _is_timestamp(text: str) -> bool:
    return _WRITTEN.fullmatch(text) is not None and parse_timestamp(text) is not None
