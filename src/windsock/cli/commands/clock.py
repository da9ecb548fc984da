"""`windsock clock`: see the clock, and move it when it is virtual."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Endpoint, get, post

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


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
    answer = post(endpoint, "clock/advance", {"seconds": seconds(span)})
    typer.echo(f"{answer['now']}  ({answer['instants']} instants)")


def seconds(span: str) -> float:
    """The seconds of a span such as `1d12h`; a bare number means seconds."""
    parts = _SPAN.findall(span)
    if not parts or _SPAN.sub("", span).strip():
        raise typer.BadParameter(f"{span!r} is no span of time; write 90s, 5m, 2h, 30d or 1d12h")
    return sum(float(number) * _SECONDS[unit or "s"] for number, unit in parts)
