"""One windsock for the scenarios, killed again and again; each scenario has an account of its own.

WINDSOCK_CHAOS_ROUNDS says how often each scenario kills it (once unless it is set);
WINDSOCK_CHAOS_SEED repeats the choice of moments that a failure printed.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.chaos.mortal import Mortal

MakeMortal = Callable[..., AbstractContextManager[Mortal]]


@pytest.fixture(scope="session")
def make_mortal(tmp_path_factory: pytest.TempPathFactory) -> MakeMortal:
    """`with make_mortal("--clock", "virtual") as mortal:` a windsock to kill; at the end no task is left."""

    @contextmanager
    def make(*flags: str) -> Iterator[Mortal]:
        directory: Path = tmp_path_factory.mktemp("chaos")
        mortal = Mortal(directory, *flags)
        mortal.start()
        try:
            yield mortal
        finally:
            mortal.stop()
        assert mortal.tasks_pending_on_disk() == 0

    return make


@pytest.fixture(scope="session")
def mortal(make_mortal: MakeMortal) -> Iterator[Mortal]:
    """A windsock on the real clock, shared by the scenarios."""
    with make_mortal() as made:
        yield made


@pytest.fixture
def rounds() -> int:
    """How often a scenario kills."""
    return int(os.environ.get("WINDSOCK_CHAOS_ROUNDS", "1"))


@pytest.fixture
def chance() -> random.Random:
    """Where the random moments come from; pytest shows the seed of a test that fails."""
    seed = os.environ.get("WINDSOCK_CHAOS_SEED") or secrets.token_hex(8)
    print(f"WINDSOCK_CHAOS_SEED={seed}")
    return random.Random(seed)
