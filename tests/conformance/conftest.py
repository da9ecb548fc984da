"""One running windsock for the tests that look at it as bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.servers import RunningWindsock, windsock_up


@pytest.fixture(scope="session")
def windsock() -> Iterator[RunningWindsock]:
    """One server on a virtual clock; tests keep apart by account."""
    with windsock_up("--memory", "--clock", "virtual:2017-01-02T00:00:00Z") as server:
        yield server


@pytest.fixture
def endpoint(windsock: RunningWindsock) -> str:
    """Where it listens."""
    return windsock.endpoint
