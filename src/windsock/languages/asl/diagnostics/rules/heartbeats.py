"""Heartbeats that come too late."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """`HeartbeatSeconds` is smaller than `TimeoutSeconds`."""
    timeout, heartbeat = node.value.get("TimeoutSeconds"), node.value.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
        yield Finding("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", "HeartbeatSeconds")
