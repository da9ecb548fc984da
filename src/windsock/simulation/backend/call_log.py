"""The log of calls and the state they lead on from: what a new child needs to be as the old one was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import orjson
import sqlalchemy as sa

from windsock.engine.tables import facts
from windsock.simulation.backend.limits import REPLAY_CHUNK
from windsock.simulation.backend.tables import calls
from windsock.store.statements import Row, Statement, upsert
from windsock.store.store import Store
from windsock.store.transaction import Transaction

_FACT = "simulation_base"

_APPEND = Statement(sa.insert(calls))
_AFTER = Statement(
    sa.select(calls)
    .where(calls.c.seq > sa.bindparam("after"))
    .order_by(calls.c.seq)
    .limit(sa.bindparam("most"))
)
_LATEST = Statement(sa.select(sa.func.max(calls.c.seq)))
_BODIES = Statement(sa.select(calls.c.bodies).where(calls.c.bodies != ""))
_FORGET = Statement(sa.delete(calls).where(calls.c.seq <= sa.bindparam("through")))
_BASE = Statement(sa.select(facts.c.value).where(facts.c.name == _FACT))
_REBASE = Statement(upsert(facts, "value"))


@dataclass(frozen=True, slots=True)
class Base:
    """A written state: the file's name, the last call that is in it, and the moto that wrote it."""

    file: str
    seq: int
    moto: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A call that changed something. `call` is the message to the child as CBOR, `bodies` names files."""

    seq: int
    at_ms: int
    seed: bytes
    call: bytes
    digest: int
    bodies: str


def base(store: Store) -> Base | None:
    """The state the log leads on from; None while it starts from nothing."""
    value = store.read(lambda tx: tx.scalar(_BASE))
    return None if value is None else Base(**orjson.loads(value))


def latest_seq(store: Store) -> int:
    """The number of the latest call that is in the log or in its base."""
    known = base(store)
    return max(store.read(lambda tx: tx.scalar(_LATEST)) or 0, known.seq if known else 0)


def entries(store: Store, after: int) -> Iterator[Row]:
    """The entries after a call, in order."""
    while True:
        rows = store.read(lambda tx: tx.rows(_AFTER, {"after": after, "most": REPLAY_CHUNK}))  # noqa: B023
        yield from rows
        if len(rows) < REPLAY_CHUNK:
            return
        after = rows[-1].seq


def bodies(store: Store) -> set[str]:
    """The names of the bodies that the log needs."""
    rows = store.read(lambda tx: tx.rows(_BODIES))
    return {name for row in rows for name in row.bodies.split()}


def append(tx: Transaction, entry: Entry) -> None:
    """Add an entry."""
    tx.execute(_APPEND, asdict(entry))


def rebase(tx: Transaction, new: Base) -> None:
    """Go on from a newer state; what led to it is forgotten."""
    tx.execute(_REBASE, {"name": _FACT, "value": orjson.dumps(asdict(new)).decode()})
    tx.execute(_FORGET, {"through": new.seq})
