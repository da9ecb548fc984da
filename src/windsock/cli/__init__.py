"""The `windsock` command. Each file of `cli/commands` is one command, found by itself."""

from __future__ import annotations

import importlib
import pkgutil

import typer


def build() -> typer.Typer:
    """The command with all its subcommands. A command module has one `register(app)`."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="The CloudWatch Events engine you run yourself.",
    )
    package = importlib.import_module("windsock.cli.commands")
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        importlib.import_module(f"windsock.cli.commands.{found.name}").register(app)
    return app


def main() -> None:
    """The console script."""
    build()()
