"""`windsock accounts`: make accounts, and keys of their roots."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Endpoint, get, post


def register(app: typer.Typer) -> None:
    """Add the commands."""
    accounts = typer.Typer(no_args_is_help=True, help="Make accounts, and keys of their roots.")
    accounts.command("list")(show)
    accounts.command("create")(create)
    accounts.command("key")(key)
    app.add_typer(accounts, name="accounts")


def show(endpoint: Endpoint = DEFAULT_ENDPOINT) -> None:
    """The accounts that were made."""
    for account in get(endpoint, "accounts")["accounts"]:
        typer.echo(f"{account['account']}  {account['created'][:19]}  {account['name']}")


def create(
    account: Annotated[
        str | None, typer.Argument(help="Its number, of twelve digits; drawn at random unless given.")
    ] = None,
    name: Annotated[str, typer.Option(help="What it is called.")] = "",
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """Make an account and a key of its root, printed as environment variables: the secret is told this once.

    All accounts made so are in one organisation with the default account.
    """
    _tell(post(endpoint, "accounts", {"account": account, "name": name}))


def key(
    account: Annotated[str, typer.Argument(help="The account, made here or not.")],
    endpoint: Endpoint = DEFAULT_ENDPOINT,
) -> None:
    """Make a key of an account's root, printed as environment variables. There are two at most."""
    _tell(post(endpoint, "accounts/keys", {"account": account}))


def _tell(made: dict[str, Any]) -> None:
    typer.echo(f"account {made['account']}", err=True)
    typer.echo(f"AWS_ACCESS_KEY_ID={made['access_key_id']}")
    typer.echo(f"AWS_SECRET_ACCESS_KEY={made['secret_access_key']}")
