"""`windsock why`: why a rule did, or did not, match an event."""

from __future__ import annotations

from typing import Annotated

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Account, Endpoint, Region, get
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("why")(why)


def why(
    event_id: Annotated[str, typer.Argument(help="The id of the event, as `windsock events` shows it.")],
    rule: Annotated[str, typer.Argument(help="The name of the rule.")],
    bus: Annotated[str, typer.Option(help="The event bus the rule is on.")] = "default",
    account: Account = DEFAULT_ACCOUNT,
    region: Region = DEFAULT_REGION,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """Field by field, why a rule did or did not match an event."""
    answer = get(endpoint, "why", event=event_id, rule=rule, bus=bus, account=account, region=region)
    typer.echo(answer["text"])
