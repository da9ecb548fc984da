"""`windsock events`: what came in and what became of it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from windsock.cli.client import DEFAULT_ENDPOINT, Account, Endpoint, Region, get
from windsock.cli.trees import tree_of
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("events")(events)


def events(
    event_id: Annotated[str | None, typer.Argument(help="The id of one event.")] = None,
    limit: Annotated[int, typer.Option(help="How many of the newest.")] = 20,
    account: Account = DEFAULT_ACCOUNT,
    region: Region = DEFAULT_REGION,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """The newest events, or one by its id, each with its way: rules, deliveries, attempts, errors."""
    query = {"id": event_id} if event_id else {"limit": str(limit)}
    found = get(endpoint, "events", account=account, region=region, **query)["events"]
    console = Console(highlight=False)
    if not found:
        console.print(f"No events yet in account {account}, region {region}.")
    for event in reversed(found):
        console.print(tree_of(event))
