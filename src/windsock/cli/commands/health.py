"""`windsock health`: put in the events that AWS Health would announce."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Account, Endpoint, Region, post
from windsock.cli.failure import fail
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION


def register(app: typer.Typer) -> None:
    """Add the command."""
    health = typer.Typer(no_args_is_help=True, help="Put in the events that AWS Health would announce.")
    health.callback()(_health)
    health.command("put")(put)
    app.add_typer(health, name="health")


def _health() -> None:
    """Has typer ask for `put`, although it is the only one."""


def put(
    file: Annotated[
        Path, typer.Argument(help="The event as EventBridge delivers it, as JSON; - reads standard input.")
    ],
    account: Account = DEFAULT_ACCOUNT,
    region: Region = DEFAULT_REGION,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """Announce a Health event on the account's default bus, and keep it for Health's API.

    The event's own id, account, time and region are of where it was taken from and are not used.
    """
    answer = post(endpoint, "health-events", _event(file), account=account, region=region)
    typer.echo(answer["eventArn"])


def _event(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text()
        event = orjson.loads(text)
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise fail(f"{file} is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise fail(f"{file} holds no event, which is a JSON object")
    return event
