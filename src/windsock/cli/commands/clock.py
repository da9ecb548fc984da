"""`windsock clock`: see the clock, and move it when it is virtual."""

from __future__ import annotations

from typing import Annotated

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Endpoint, get, post
from windsock.kernel.spans import seconds_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    clock = typer.Typer(no_args_is_help=True, help="See the clock, and move it when it is virtual.")
    clock.command("now")(now)
    clock.command("advance")(advance)
    app.add_typer(clock, name="clock")


def now(endpoint: Endpoint = DEFAULT_ENDPOINT) -> None:
    """The time windsock lives in."""
    answer = get(endpoint, "clock")
    typer.echo(f"{answer['now']}  {'virtual' if answer['virtual'] else 'real'}")


def advance(
    span: Annotated[str, typer.Argument(help="How far: 90s, 5m, 2h, 30d, 1w, or 1d12h.")],
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """Let time pass: everything that falls due happens, in order, before this returns."""
    try:
        seconds = seconds_of(span)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    answer = post(endpoint, "clock/advance", {"seconds": seconds})
    typer.echo(f"{answer['now']}  ({answer['instants']} instants)")
