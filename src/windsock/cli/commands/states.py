"""`windsock states`: check the definition of a state machine, and run it by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import orjson
import typer
from rich.console import Console

from windsock.cli.diagnostics import Places, lines, plain
from windsock.kernel.sdk_names import is_sdk_action
from windsock.languages.asl.diagnostics import diagnose


class MachineType(StrEnum):
    """The types of state machines."""

    STANDARD = "STANDARD"
    EXPRESS = "EXPRESS"


Machine = Annotated[
    typer.FileText,
    typer.Argument(help="The definition: a file in the Amazon States Language, or - for input."),
]
Type = Annotated[MachineType, typer.Option("--type", help="What kind of state machine it is.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    states = typer.Typer(no_args_is_help=True, help="Check and run state machines, without a server.")
    states.command("check")(check)
    app.add_typer(states, name="states")


def check(machine: Machine, kind: Type = MachineType.STANDARD, as_json: AsJson = False) -> None:
    """What is wrong with a definition, as AWS would say it; ends with status 1 when there are errors."""
    text = machine.read()
    found = diagnose(text, kind.value, knows_action=is_sdk_action)
    places = Places(text, found)
    errors = sum(each.severity == "ERROR" for each in found)
    if as_json:
        shown = {"result": "FAIL" if errors else "OK", "diagnostics": [plain(each, places) for each in found]}
        typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for line in lines(machine.name, found, places):
            console.print(line)
        warnings = len(found) - errors
        console.print(
            f"{_count(errors, 'error')}, {_count(warnings, 'warning')}" if found else "No faults found."
        )
    if errors:
        raise typer.Exit(1)


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
