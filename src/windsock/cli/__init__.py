"""The `windsock` command. Each file of `cli/commands` is one command, found by itself.

Only the command that is asked for is imported: each needs libraries that the others do not.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import typer

from windsock.cli import commands


def build(asked: str = "") -> typer.Typer:
    """The command with the subcommand `asked`, or with all of them when there is none of that name.

    A command module has one `register(app)`.
    """
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="The CloudWatch Events engine you run yourself.",
    )
    app.callback()(_windsock)
    names = sorted(found.name for found in pkgutil.iter_modules(commands.__path__))
    for name in [asked] if asked in names else names:
        importlib.import_module(f"{commands.__name__}.{name}").register(app)
    return app


def _windsock() -> None:
    """Has typer ask for a subcommand, even where it knows only one."""


def main() -> None:
    """The console script."""
    build(sys.argv[1] if len(sys.argv) > 1 else "")()
