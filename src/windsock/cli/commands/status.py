"""`windsock status`: what runs, and who answers each service."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

from windsock.cli.client import DEFAULT_ENDPOINT, Endpoint, get


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(endpoint: Endpoint = DEFAULT_ENDPOINT) -> None:
    """Which services windsock answers itself, which are simulated, and which it passes on."""
    version, clock = get(endpoint, "health")["version"], get(endpoint, "clock")
    answer = get(endpoint, "services")
    table = Table.grid(padding=(0, 2))
    table.add_row("windsock", f"{version} at {endpoint}, {'virtual' if clock['virtual'] else 'real'} clock")
    for way in ("native", "simulated"):
        names = [name for name, found in answer["services"].items() if found == way]
        table.add_row(f"{way} ({len(names)})", ", ".join(names))
    for service, place in answer["upstreams"].items():
        table.add_row("upstream", f"{service} at {place}")
    Console(highlight=False).print(table)
