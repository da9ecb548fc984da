"""The store: what is answered is kept, what fails is undone, and groups share one commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from windsock.engine.tables import facts
from windsock.kernel.errors import AwsError, InternalFailure
from windsock.store.statements import Statement, upsert
from windsock.store.store import Store
from windsock.store.transaction import Transaction

PUT = Statement(upsert(facts, "value"))
GET = Statement(sa.select(facts.c.value).where(facts.c.name == sa.bindparam("name")))
ALL = Statement(sa.select(facts).order_by(facts.c.name))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "windsock.db") as opened:
        yield opened


async def test_what_was_written_is_read_back_by_another_store(tmp_path: Path) -> None:
    async with Store.open(tmp_path / "windsock.db") as first:
        await first.write(lambda tx: tx.execute(PUT, {"name": "a", "value": "1"}))
    async with Store.open(tmp_path / "windsock.db") as second:
        assert second.read(lambda tx: tx.scalar(GET, {"name": "a"})) == "1"


async def test_a_failure_undoes_its_own_changes_only(store: Store) -> None:
    def fail(tx: Transaction) -> None:
        tx.execute(PUT, {"name": "bad", "value": "1"})
        raise AwsError("no", code="Nope")

    good = store.write(lambda tx: tx.execute(PUT, {"name": "good", "value": "1"}))
    bad = store.write(fail)
    outcomes = await asyncio.gather(good, bad, return_exceptions=True)
    assert isinstance(outcomes[1], AwsError)
    assert [row.name for row in store.read(lambda tx: tx.rows(ALL))] == ["good"]


async def test_concurrent_writes_share_commits(store: Store) -> None:
    before = store.commits
    await asyncio.gather(
        *(
            store.write(lambda tx, n=n: tx.execute(PUT, {"name": f"n{n}", "value": ""}))  # type: ignore[misc]
            for n in range(100)
        )
    )
    assert store.commits - before < 10


async def test_actions_run_after_the_commit_and_not_after_a_failure(store: Store) -> None:
    happened: list[str] = []

    def work(tx: Transaction) -> None:
        tx.after_commit(lambda: happened.append("committed"))
        assert not happened

    def fail(tx: Transaction) -> None:
        tx.after_commit(lambda: happened.append("failed"))
        raise LookupError("no")

    await store.write(work)
    with pytest.raises(LookupError):
        await store.write(fail)
    assert happened == ["committed"]


async def test_readers_do_not_see_what_is_not_committed(store: Store) -> None:
    def look(tx: Transaction) -> str | None:
        tx.execute(PUT, {"name": "new", "value": "1"})
        seen: str | None = store.read(lambda snapshot: snapshot.scalar(GET, {"name": "new"}))
        return seen

    assert await store.write(look) is None
    assert store.read(lambda tx: tx.scalar(GET, {"name": "new"})) == "1"


async def test_a_snapshot_cannot_change_anything(store: Store) -> None:
    with pytest.raises(Exception, match="readonly"):
        store.read(lambda tx: tx.scalar(sa.insert(facts).values(name="x", value="y")))


async def test_hooks_join_every_group(store: Store) -> None:
    def hook(tx: Transaction) -> None:
        tx.execute(PUT, {"name": "hook", "value": "1"})

    store.before_commit(hook)
    await store.write(lambda tx: tx.execute(PUT, {"name": "a", "value": "1"}))
    assert [row.name for row in store.read(lambda tx: tx.rows(ALL))] == ["a", "hook"]


async def test_a_group_that_cannot_be_committed_fails_everyone_and_caches_forget(store: Store) -> None:
    forgotten: list[bool] = []
    store.on_abort(lambda: forgotten.append(True))
    store.before_commit(_break)
    with pytest.raises(InternalFailure):
        await store.write(lambda tx: tx.execute(PUT, {"name": "a", "value": "1"}))
    assert forgotten == [True]
    assert store.read(lambda tx: tx.rows(ALL)) == []


def _break(tx: Transaction) -> None:
    raise OSError("the disk is full")


async def test_a_failing_follow_up_of_a_commit_holds_up_nobody(store: Store) -> None:
    def put(tx: Transaction) -> str:
        tx.execute(PUT, {"name": "a", "value": "1"})
        tx.after_commit(lambda: 1 // 0)
        return "kept"

    assert await store.write(put) == "kept"
    assert await store.write(lambda tx: tx.scalar(GET, {"name": "a"})) == "1"
