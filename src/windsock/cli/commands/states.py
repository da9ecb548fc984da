"""`windsock states`: check the definition of a state machine, and run it by itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

# What the commands do is imported when one is asked for: the other commands need no state machines.


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
    states.command("run")(run)
    app.add_typer(states, name="states")


def check(machine: Machine, kind: Type = MachineType.STANDARD, as_json: AsJson = False) -> None:
    """What is wrong with a definition, as AWS would say it; ends with status 1 when there are errors."""
    from windsock.cli.state_machines import check_machine

    check_machine(machine.name, machine.read(), kind.value, as_json=as_json)


def run(
    machine: Machine,
    input_: Annotated[
        str, typer.Option("--input", help="The input: JSON, or @ and the name of a file with it.")
    ] = "{}",
    mock: Annotated[
        Path | None,
        typer.Option(help="Mocks of tasks: a MockConfigFile.json as Step Functions Local takes it."),
    ] = None,
    case: Annotated[str | None, typer.Option(help="The test case in it, if there are several.")] = None,
    name: Annotated[str | None, typer.Option(help="The state machine in it, if there are several.")] = None,
    kind: Type = MachineType.STANDARD,
    as_json: AsJson = False,
) -> None:
    """Run a state machine with mocked tasks and print the way it takes; ends with status 1 when it fails.

    Waits and retries take no time.
    """
    from windsock.cli.state_machines import read_input, read_mock_file, run_machine

    mocks = {} if mock is None else read_mock_file(mock, case, name)
    run_machine(machine.name, machine.read(), kind.value, read_input(input_), mocks, as_json=as_json)
