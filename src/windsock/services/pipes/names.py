"""Pipes by name and ARN."""

from __future__ import annotations

from typing import Final

from windsock.kernel.scope import Scope

SERVICE: Final = "pipes.amazonaws.com"


def pipe_arn(scope: Scope, name: str) -> str:
    """The ARN of a pipe."""
    return scope.arn("pipes", f"pipe/{name}")
