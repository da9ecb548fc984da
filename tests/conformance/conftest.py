"""One running windsock for the tests that look at it as bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.servers import start

from windsock.testing import Server


@pytest.fixture(scope="session")
def windsock() -> Iterator[Server]:
    """One server on a virtual clock; tests keep apart by account."""
    with start("--memory", "--clock", "virtual:2017-01-02T00:00:00Z") as server:
        yield server


@pytest.fixture
def endpoint(windsock: Server) -> str:
    """Where it listens."""
    return windsock.endpoint
