"""`windsock up`: run windsock."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("up")(up)


def up(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
    data: Annotated[Path | None, typer.Option(help="The directory state is kept in.")] = None,
    memory: Annotated[bool | None, typer.Option("--memory", help="Keep state only while it runs.")] = None,
    clock: Annotated[str | None, typer.Option(help="real, or virtual[:2017-01-02T00:00:00Z].")] = None,
    iam: Annotated[
        str | None,
        typer.Option(help="enforce IAM (the default off loopback), audit (the default on it), or off."),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Send one event through and show its way.")] = False,
) -> None:
    """Run windsock until it is told to stop (Ctrl-C or SIGTERM)."""
    gc.disable()  # until it serves: what is loaded stays, and looking for what does not takes a sixth longer
    from windsock.cli.serving import run  # here, so that the other commands do not load all of windsock

    flags = {"host": host, "port": port, "data": data, "memory": memory, "clock": clock, "iam": iam}
    run(flags, demo=demo)
