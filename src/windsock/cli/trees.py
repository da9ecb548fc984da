"""The way of an event, drawn as a tree."""

from __future__ import annotations

from typing import Any

from rich.tree import Tree

_SIGNS = {"done": "[green]delivered[/]", "pending": "[yellow]waiting[/]", "dead": "[red]given up[/]"}


def tree_of(event: dict[str, Any]) -> Tree:
    """The way of an event, as a tree."""
    body = event["event"]
    tree = Tree(
        f"[bold]{body['source']}[/] {body['detail-type']}  "
        f"[dim]{_moment(event['accepted'])} on {event['bus']}\n{event['id']}[/]"
    )
    _add_rules(tree, event)
    return tree


def _add_rules(tree: Tree, event: dict[str, Any]) -> None:
    if not event["matched"]:
        tree.add("[dim]no rule matched[/]")
    for rule in event["matched"]:
        branch = tree.add(f"matched [bold]{rule.rpartition('/')[2]}[/]")
        for delivery in event["deliveries"]:
            if delivery["rule"] == rule:
                _add_delivery(branch, delivery)


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
    for event in delivery["forwarded"]:
        place = f"{event['bus']} of {event['account']} in {event['region']}"
        _add_rules(branch.add(f"[dim]{_moment(event['accepted'])} on {place}[/]"), event)


def _moment(iso: str) -> str:
    return iso[:19].replace("T", " ")
