"""`windsock version`."""

from __future__ import annotations

import typer

import windsock


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("version")(version)


def version() -> None:
    """The version of this installation."""
    typer.echo(windsock.__version__)
