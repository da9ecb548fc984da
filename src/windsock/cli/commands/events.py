"""`windsock events`: what came in and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.tree import Tree

from windsock.cli.client import DEFAULT_ENDPOINT, Account, Endpoint, Region, get
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION

_SIGNS = {"done": "[green]delivered[/]", "pending": "[yellow]waiting[/]", "dead": "[red]given up[/]"}


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


def tree_of(event: dict[str, Any]) -> Tree:
    """The way of an event, as a tree."""
    body = event["event"]
    tree = Tree(
        f"[bold]{body['source']}[/] {body['detail-type']}  "
        f"[dim]{_moment(event['accepted'])} on {event['bus']}\n{event['id']}[/]"
    )
    if not event["matched"]:
        tree.add("[dim]no rule matched[/]")
    for rule in event["matched"]:
        branch = tree.add(f"matched [bold]{rule.rpartition('/')[2]}[/]")
        for delivery in event["deliveries"]:
            if delivery["rule"] == rule:
                _add_delivery(branch, delivery)
    return tree


def _add_delivery(tree: Tree, delivery: dict[str, Any]) -> None:
    line = f"-> {delivery['target']}  {_SIGNS[delivery['state']]}"
    if delivery["attempts"] > 1:
        line += f" after {delivery['attempts']} attempts"
    if delivery["next"]:
        line += f", next attempt {_moment(delivery['next'])}"
    branch = tree.add(line)
    for failure in delivery["failures"]:
        branch.add(f"[red]{_moment(failure['at'])}  {failure['error']}[/]")
    for each in delivery["led_to"]:
        _add_delivery(branch, each)


def _moment(iso: str) -> str:
    return iso[:19].replace("T", " ")
