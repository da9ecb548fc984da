"""What `windsock runtimes` says and installs; npm is a script here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from windsock.cli import build

NPM = """#!/bin/sh
mkdir node_modules
printf '%s\\n' "$@" > node_modules/asked
exit ${NPM_STATUS:-0}
"""


@pytest.fixture(autouse=True)
def nothing_but(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty directory to be in, and another that is all of the PATH besides the shell's."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("WINDSOCK_CONFIG", raising=False)
    return programs


def windsock(*words: str) -> Result:
    return CliRunner().invoke(build(), ["runtimes", *words])


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_install_needs_npm() -> None:
    done = windsock("install", "nodejs")
    assert done.exit_code == 1
    assert "npm, which comes with Node.js, is not on the PATH" in done.output


def test_install_is_for_nodejs_only() -> None:
    done = windsock("install", "cobol")
    assert done.exit_code == 1
    assert "nothing to install for 'cobol'; there is for: nodejs" in done.output


def test_install_has_npm_fetch_both_sdks(nothing_but: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(nothing_but / "npm", NPM)
    monkeypatch.setenv("PATH", f"{nothing_but}:/usr/bin:/bin")
    done = windsock("install", "nodejs", "--data", "state")
    assert done.exit_code == 0, done.output
    directory = Path("state/runtimes/nodejs")
    assert json.loads((directory / "package.json").read_text()) == {"private": True}
    asked = (directory / "node_modules" / "asked").read_text().splitlines()
    assert asked[0] == "install"
    assert {"aws-sdk@2", "@aws-sdk/client-ec2@3", "@aws-sdk/client-sns@3"} <= set(asked)
    assert str(directory.resolve() / "node_modules") in done.output


def test_install_says_that_npm_failed(nothing_but: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(nothing_but / "npm", NPM)
    monkeypatch.setenv("PATH", f"{nothing_but}:/usr/bin:/bin")
    monkeypatch.setenv("NPM_STATUS", "7")
    done = windsock("install", "nodejs")
    assert done.exit_code == 1
    assert "npm ended with status 7" in done.output


def test_list_tells_the_programs(nothing_but: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = program(nothing_but / "old-python")
    monkeypatch.setenv("WINDSOCK_INTERPRETERS", json.dumps({"python2.7": str(old)}))
    done = windsock("list")
    assert done.exit_code == 0, done.output
    told = dict(line.split(maxsplit=1) for line in done.output.splitlines() if line[:1].islower())
    assert told["python2.7"] == str(old)
    assert told["provided.al2023"] == "the function's own program"
    assert told["nodejs22.x"].startswith("- nodejs22.x needs Node.js: install it")
    assert told["java21"].startswith("- windsock cannot run java21")
    assert "Functions run as processes" in done.output
    assert "AWS SDKs for JavaScript: none" in done.output


def test_list_tells_where_the_sdks_are() -> None:
    modules = Path(".windsock/runtimes/nodejs/node_modules")
    (modules / "aws-sdk").mkdir(parents=True)
    assert f"AWS SDKs for JavaScript: {modules.absolute()}" in windsock("list").output
