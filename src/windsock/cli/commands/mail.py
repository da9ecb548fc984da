"""`windsock mail`: the mail that would have been sent, when no mail server is configured."""

from __future__ import annotations

from typing import Annotated

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Endpoint, get


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mail")(mail)


def mail(
    to: Annotated[str | None, typer.Option(help="Only what went to this address.")] = None,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """The latest mail SNS would have sent, had a mail server been configured (WINDSOCK_SMTP_URL)."""
    found = get(endpoint, "mails", **({"to": to} if to else {}))["mails"]
    if not found:
        typer.echo("No mail is kept." if to is None else f"No mail to {to} is kept.")
    for each in found:
        for field in ("from", "to", "sent", "subject"):
            typer.echo(f"{field.title()}: {each[field]}")
        typer.echo(f"\n{each['text']}\n")
