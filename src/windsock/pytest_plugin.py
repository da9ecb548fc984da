"""Fixtures for tests with pytest; they are there once windsock is installed.

`windsock` is an account of the test's own, with nothing in it yet, in a windsock that all tests of the run
share. Code under test that makes its AWS clients in the usual way gets there, and nowhere else. Tests in need
of another windsock (`--iam enforce`, a real clock) override `windsock_server`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from windsock.testing import Account, Server


@pytest.fixture(scope="session")
def windsock_server() -> Iterator[Server]:
    """A windsock in memory on a virtual clock, for the whole run."""
    from windsock.testing import start

    with start("--memory", "--clock", "virtual") as server:
        yield server


@pytest.fixture
def windsock(windsock_server: Server, monkeypatch: pytest.MonkeyPatch) -> Account:
    """A new account; for the length of the test the AWS_* variables lead there."""
    account = windsock_server.account()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    if "boto3" in sys.modules:  # its default session keeps the credentials of the test before
        monkeypatch.setattr(sys.modules["boto3"], "DEFAULT_SESSION", None)
    return account
