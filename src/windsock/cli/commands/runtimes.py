"""`windsock runtimes`: what functions run on here, and the AWS SDKs for those of Node.js."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from windsock.cli.failure import fail

if TYPE_CHECKING:
    from windsock.config import Settings

_CLIENTS: Final = (
    "auto-scaling", "cloudformation", "cloudwatch", "cloudwatch-logs", "dynamodb", "ec2", "ecs",
    "eventbridge", "health", "iam", "kinesis", "lambda", "s3", "secrets-manager", "sfn", "sns", "sqs",
    "ssm", "sts",
)  # fmt: skip
_SDKS: Final = {"nodejs": ("aws-sdk@2", *(f"@aws-sdk/client-{name}@3" for name in _CLIENTS))}

Data = Annotated[Path | None, typer.Option(help="The data directory of windsock.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="What functions run on here.")
    group.command("list")(show)
    group.command("install")(install)
    app.add_typer(group, name="runtimes")


def show(data: Data = None) -> None:
    """Which runtimes run here, on which program, and how functions are kept apart."""
    # Here, so that the other commands do not load all of windsock.
    from windsock.cli.settings import settings_of

    settings = settings_of({"data": data})
    for line in asyncio.run(_told(settings)):
        typer.echo(line)


def install(
    family: Annotated[str, typer.Argument(help="nodejs: the AWS SDKs for JavaScript, versions 2 and 3.")],
    data: Data = None,
) -> None:
    """Install with npm, below the data directory, the AWS SDKs that Lambda has ready for functions."""
    from windsock.cli.settings import settings_of
    from windsock.config import sdk_directory

    packages = _SDKS.get(family)
    if packages is None:
        raise fail(f"there is nothing to install for {family!r}; there is for: {', '.join(_SDKS)}")
    npm = shutil.which("npm")
    if npm is None:
        raise fail("npm, which comes with Node.js, is not on the PATH. Install Node.js first.")
    directory = sdk_directory(settings_of({"data": data}).data)
    directory.mkdir(parents=True, exist_ok=True)
    # A package of its own, or npm would install into the next one it finds above.
    (directory / "package.json").write_text('{"private": true}\n')
    done = subprocess.run(  # noqa: S603 - npm, with packages named above
        [npm, "install", "--no-audit", "--no-fund", "--omit=dev", *packages], cwd=directory, check=False
    )
    if done.returncode:
        raise fail(f"npm ended with status {done.returncode}; what it printed says why.")
    typer.echo(f"The AWS SDKs for JavaScript are in {directory.resolve() / 'node_modules'}.")


async def _told(settings: Settings) -> list[str]:
    from windsock.runner.confinement import strongest
    from windsock.runner.errors import InvalidRuntime
    from windsock.runner.runtimes import Runtimes
    from windsock.services.lambda_.runtimes import RUNTIMES

    runtimes = Runtimes(settings.interpreters, settings.sdk_modules)
    lines = []
    for name in RUNTIMES:
        try:
            lines.append(f"{name:16} {await runtimes.family(name).runs_on(name)}")
        except InvalidRuntime as error:
            lines.append(f"{name:16} - {error.message}")
    modules = settings.sdk_modules
    there = modules is not None and (modules / "aws-sdk").is_dir()
    lines.append("")
    lines.append(f"AWS SDKs for JavaScript: {modules if there else 'none; windsock runtimes install nodejs'}")
    lines.append(f"Functions run as {(await strongest(())).mode}.")
    return lines
