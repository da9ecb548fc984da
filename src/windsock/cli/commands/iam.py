"""`windsock iam`: what IAM denied, or would have."""

from __future__ import annotations

import typer

from windsock.cli.client import DEFAULT_ENDPOINT, Endpoint, get


def register(app: typer.Typer) -> None:
    """Add the command."""
    iam = typer.Typer(no_args_is_help=True, help="See what IAM denied, or would have.")
    iam.callback()(_iam)
    iam.command("denied")(denied)
    app.add_typer(iam, name="iam")


def _iam() -> None:
    """Has typer ask for `denied`, although it is the only one."""


def denied(endpoint: Endpoint = DEFAULT_ENDPOINT) -> None:
    """Who may not do what, and why: the latest first, what is alike counted."""
    answer = get(endpoint, "iam/denied")
    if not answer["denied"]:
        typer.echo(f"Nothing was denied (--iam {answer['mode']}).")
    for each in answer["denied"]:
        how = "denied" if each["enforced"] else "would be denied"
        typer.echo(f"{each['action']} on {each['resource']}  {how} {_times(each['count'])}")
        typer.echo(f"  {each['user']}")
        typer.echo(f"  {each['reason']}")
        for statement in each["statements"]:
            typer.echo(f"  by {statement}")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
