"""What `windsock states` does: checking definitions and running them, and what it prints of that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
import typer
from rich.console import Console

from windsock.cli.diagnostics import Places, lines
from windsock.cli.diagnostics import plain as plain_diagnostic
from windsock.cli.failure import fail
from windsock.cli.state_paths import plain as plain_path
from windsock.cli.state_paths import tree_of
from windsock.kernel.sdk_names import is_sdk_action
from windsock.languages.asl import DefinitionError
from windsock.languages.asl.diagnostics import Diagnostic, diagnose
from windsock.languages.asl.local import (
    Execution,
    InvalidMocks,
    Mock,
    Unmocked,
    read_mocks,
    run_state_machine,
)

Kind = Literal["STANDARD", "EXPRESS"]


def check_machine(name: str, text: str, kind: Kind, *, as_json: bool) -> None:
    """Print what is wrong with a definition; ends with status 1 when that is an error."""
    found = diagnose(text, kind, knows_action=is_sdk_action)
    errors = _errors(found)
    if as_json:
        places = Places(text, found)
        shown = [plain_diagnostic(each, places) for each in found]
        _print_json({"result": "FAIL" if errors else "OK", "diagnostics": shown})
    else:
        _print_diagnostics(name, text, found)
    if errors:
        raise typer.Exit(1)


def run_machine(
    name: str, text: str, kind: Kind, given: Any, mocks: Mapping[str, Mock], *, as_json: bool
) -> None:
    """Run a definition and print the way that took; ends with status 1 unless it succeeds."""
    found = diagnose(text, kind, knows_action=is_sdk_action)
    if _errors(found):
        _print_diagnostics(name, text, found)
        raise typer.Exit(1)
    try:
        execution = run_state_machine(text, given, mocks=mocks)
    except (DefinitionError, InvalidMocks) as error:
        raise fail(str(error)) from error
    except Unmocked as missing:
        _print_execution(missing.execution, as_json=as_json)
        raise fail(f"{missing} Mocks are given with --mock.") from missing
    _print_execution(execution, as_json=as_json)
    if execution.status != "SUCCEEDED":
        raise typer.Exit(1)


def read_input(given: str) -> Any:
    """What `--input` says, parsed."""
    text = _read(Path(given[1:])) if given.startswith("@") else given
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise fail(f"the input is no JSON: {error}") from error


def read_mock_file(path: Path, case: str | None, name: str | None) -> dict[str, Mock]:
    """The mocks in a mock configuration."""
    try:
        return read_mocks(orjson.loads(_read(path)), case, name)
    except orjson.JSONDecodeError as error:
        raise fail(f"{path} is no JSON: {error}") from error
    except InvalidMocks as error:
        raise fail(f"{path}: {error}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise fail(f"cannot read {path}: {error.strerror}") from error


def _errors(found: list[Diagnostic]) -> int:
    return sum(each.severity == "ERROR" for each in found)


def _print_diagnostics(name: str, text: str, found: list[Diagnostic]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in lines(name, found, Places(text, found)):
        console.print(line)
    errors = _errors(found)
    counts = f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}"
    console.print(counts if found else "No faults found.")


def _print_execution(execution: Execution, *, as_json: bool) -> None:
    end = {"output": execution.output} if execution.status == "SUCCEEDED" else {}
    end |= {"error": execution.error, "cause": execution.cause} if execution.error is not None else {}
    if as_json:
        way = plain_path(execution.way, execution.started_ms)
        _print_json(
            {
                "status": execution.status,
                **end,
                "path": execution.path,
                "visits": way,
                "history": execution.history,
            }
        )
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(tree_of(execution))
    if execution.status == "SUCCEEDED":
        _print_json(execution.output)
    elif execution.error is not None:
        console.print(
            f"{execution.error}: {execution.cause}" if execution.cause else execution.error, markup=False
        )


def _print_json(value: Any) -> None:
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
