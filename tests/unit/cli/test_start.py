"""What a start loads: windsock is up in less than a second because it loads nothing it may not need."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

STARTED = """
import asyncio, sys
from windsock.cli import build
build("up")
import windsock.cli.serving
from windsock.app import running
from windsock.config import Settings
from windsock.console.mount import Console
from windsock.gateway.server import make_server

async def start():
    async with running(Settings(memory=True), "http://localhost") as engine:
        make_server(engine, [Console(engine)])
        print(*sys.modules)

asyncio.run(start())
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that are loaded when windsock greets."""
    command = [sys.executable, "-c", textwrap.dedent(STARTED)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    "library",
    ["aiohttp", "alembic", "boto3", "botocore", "cryptography", "jinja2", "jsonata", "jsonpath", "rich"],
)
def test_what_takes_long_to_import_is_left_until_it_is_needed(loaded: set[str], library: str) -> None:
    assert library not in loaded


@pytest.mark.parametrize("package", ["services", "targets", "cli.commands"])
def test_rooms_and_commands_are_left_until_they_are_asked_for(loaded: set[str], package: str) -> None:
    below = {name for name in loaded if name.startswith(f"windsock.{package}.")}
    assert below <= {"windsock.cli.commands.up"}
