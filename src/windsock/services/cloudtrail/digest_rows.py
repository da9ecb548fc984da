"""The rows of digests: log files that no digest file names yet, and chains of digest files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.digest_files import Previous, hash_of
from windsock.services.cloudtrail.log_files import LogFile
from windsock.services.cloudtrail.tables import digest_chains as chains
from windsock.services.cloudtrail.tables import log_files
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction


def _of_trail(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.c.account == sa.bindparam("of_account"),
        table.c.region == sa.bindparam("of_region"),
        table.c.trail == sa.bindparam("of_trail"),
    )


_CHAINS = Statement(
    sa.select(chains).where(*_of_trail(chains)).order_by(chains.c.digest_account, chains.c.digest_region)
)
_PUT_CHAIN = Statement(upsert(chains, "start_ms", "previous"))
_ADVANCE = Statement(
    sa.update(chains)
    .where(
        *_of_trail(chains),
        chains.c.digest_account == sa.bindparam("of_digest_account"),
        chains.c.digest_region == sa.bindparam("of_digest_region"),
        chains.c.start_ms == sa.bindparam("of_start_ms"),
    )
    .values(start_ms=sa.bindparam("end_ms"), previous=sa.bindparam("followed"))
)
_END_BEFORE = Statement(
    sa.delete(chains).where(*_of_trail(chains), chains.c.start_ms <= sa.bindparam("until_ms"))
)
_PUT_FILE = Statement(
    upsert(
        log_files, "file_account", "file_region", "bucket", "hash", "oldest_ms", "newest_ms", "delivered_ms"
    )
)
_OF_FILES = (
    *_of_trail(log_files),
    log_files.c.file_account == sa.bindparam("of_file_account"),
    log_files.c.file_region == sa.bindparam("of_file_region"),
    log_files.c.delivered_ms <= sa.bindparam("end_ms"),
)
_FILES = Statement(
    sa.select(log_files).where(*_OF_FILES).order_by(log_files.c.delivered_ms, log_files.c.object)
)
_FORGET_FILES = Statement(sa.delete(log_files).where(*_OF_FILES))


def chains_of(tx: Snapshot, home: Scope, trail: str) -> list[Row]:
    """The chains of a trail, which are there while it validates its files."""
    return tx.rows(_CHAINS, _key(home, trail))


def begin_chains(tx: Transaction, home: Scope, trail: str, start_ms: int) -> None:
    """Begin the chains of a trail, with that of its home, whatever was before."""
    end_chains(tx, home, trail, start_ms)
    _begin(tx, home, trail, home, start_ms)


def end_chains(tx: Transaction, home: Scope, trail: str, until_ms: int) -> None:
    """End the chains of a trail, but for those that began anew since."""
    tx.execute(_END_BEFORE, {**_key(home, trail), "until_ms": until_ms})


def note_files(tx: Transaction, home: Scope, trail: str, files: Iterable[LogFile], now_ms: int) -> None:
    """Keep what was delivered for the next digest file, if the trail validates its files.

    The chain of another region or account begins with its first file, back when the trail's own began.
    """
    known = {_of(chain): chain for chain in chains_of(tx, home, trail)}
    own = known.get(home)
    if own is None:
        return
    for file in files:
        if file.scope not in known:
            _begin(tx, home, trail, file.scope, own.start_ms)
            known[file.scope] = own
        tx.execute(_PUT_FILE, {**home.columns, "trail": trail, **_kept(file, now_ms)})


def files_until(tx: Snapshot, chain: Row, end_ms: int) -> list[Row]:
    """The log files that were delivered until then and that no digest file names."""
    return tx.rows(_FILES, _files_key(chain, end_ms))


def advance_chain(tx: Transaction, chain: Row, end_ms: int, followed: Previous) -> None:
    """A digest file was delivered: the chain goes on after it."""
    key = _key(Scope(chain.account, chain.region), chain.trail)
    key |= {"of_digest_account": chain.digest_account, "of_digest_region": chain.digest_region}
    key |= {"of_start_ms": chain.start_ms}
    tx.execute(_ADVANCE, {**key, "end_ms": end_ms, "followed": orjson.dumps(asdict(followed)).decode()})
    tx.execute(_FORGET_FILES, _files_key(chain, end_ms))


def previous_of(chain: Row) -> Previous | None:
    """The latest digest file of a chain."""
    return None if chain.previous is None else Previous(**orjson.loads(chain.previous))


def _begin(tx: Transaction, home: Scope, trail: str, of: Scope, start_ms: int) -> None:
    chain = {"trail": trail, "digest_account": of.account, "digest_region": of.region}
    tx.execute(_PUT_CHAIN, {**home.columns, **chain, "start_ms": start_ms, "previous": None})


def _of(chain: Row) -> Scope:
    return Scope(chain.digest_account, chain.digest_region)


def _kept(file: LogFile, now_ms: int) -> dict[str, Any]:
    times = [event.time_ms for event in file.events]
    return {
        "object": file.key,
        "file_account": file.account,
        "file_region": file.region,
        "bucket": file.bucket,
        "hash": hash_of(file.content),
        "oldest_ms": min(times),
        "newest_ms": max(times),
        "delivered_ms": now_ms,
    }


def _key(home: Scope, trail: str) -> dict[str, Any]:
    return {"of_account": home.account, "of_region": home.region, "of_trail": trail}


def _files_key(chain: Row, end_ms: int) -> dict[str, Any]:
    key = _key(Scope(chain.account, chain.region), chain.trail)
    of = {"of_file_account": chain.digest_account, "of_file_region": chain.digest_region}
    return {**key, **of, "end_ms": end_ms}
