"""Work whose asker is gone before its turn."""

from __future__ import annotations

import asyncio

import pytest
from tests.conftest import Driver

from windsock.store.transaction import Transaction


async def test_does_not_happen(driver: Driver) -> None:
    happened: list[str] = []

    def first(tx: Transaction) -> None:
        happened.append("first")
        abandoned.cancel()

    def second(tx: Transaction) -> None:
        happened.append("second")

    def third(tx: Transaction) -> None:
        happened.append("third")

    store = driver.engine.store
    stays = asyncio.ensure_future(store.write(first))
    abandoned = asyncio.ensure_future(store.write(second))
    last = asyncio.ensure_future(store.write(third))
    await asyncio.gather(stays, last)
    with pytest.raises(asyncio.CancelledError):
        await abandoned
    assert happened == ["first", "third"]
