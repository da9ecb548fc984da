"""`windsock pushes`: the text messages and mobile pushes that no provider is there for."""

from __future__ import annotations

from typing import Annotated

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Endpoint, get


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("pushes")(pushes)


def pushes(
    to: Annotated[
        str | None, typer.Option(help="Only what went to this phone number, or ARN of an app's endpoint.")
    ] = None,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """The latest text messages and mobile pushes SNS would have handed to a provider."""
    found = get(endpoint, "pushes", **({"to": to} if to else {}))["pushes"]
    if not found:
        typer.echo("No push is kept." if to is None else f"No push to {to} is kept.")
    for each in found:
        for field in ("by", "to", "sent", "topic", "subject"):
            if each[field]:
                typer.echo(f"{field.title()}: {each[field]}")
        typer.echo(f"\n{each['text']}\n")
