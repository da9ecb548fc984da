"""How a command that cannot go on ends."""

from __future__ import annotations

import typer


def fail(message: str) -> typer.Exit:
    """Say what is wrong, on standard error; raise the answer to end with status 1."""
    typer.echo(f"windsock: {message}", err=True)
    return typer.Exit(1)
