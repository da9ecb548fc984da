"""Delivering digest files: one an hour for each region that a trail delivers from, and the last one.

While a trail validates its files it has a chain of its home region; another region's begins with its first
log file. Logging that stops, or validation that is turned off, ends the chains with a final digest file once
what was logged is delivered; what begins again begins new chains.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail import digest_rows, outcomes, trail_rows
from windsock.services.cloudtrail.digest_files import SIGNATURE_ALGORITHM, DigestFile
from windsock.services.cloudtrail.digest_keys import current_key
from windsock.services.cloudtrail.limits import DELIVERY_MS, DIGEST_MS, RETRY_MS
from windsock.services.cloudtrail.placing import Placing, put_file
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

KIND: Final = "cloudtrail.digest"

# The final digest file comes after the round of deliveries that brings what was logged before.
_AFTER_ROUND_MS: Final = 1_000
_FINAL: Final = orjson.dumps({"final": True})


def changed(engine: Engine, tx: Transaction, before: Row, after: Row) -> None:
    """A trail was changed: if it validates its files from now on, or no more, its chains begin or end."""
    if _validates(before) == _validates(after):
        return
    home, now = Scope(after.account, after.region), engine.clock.now_ms()
    if _validates(after):
        digest_rows.begin_chains(tx, home, after.name, now)
        engine.timers.set(tx, home, KIND, after.name, now + DIGEST_MS)
    else:
        due = (now // DELIVERY_MS + 1) * DELIVERY_MS + _AFTER_ROUND_MS
        engine.timers.set(tx, home, KIND, after.name, due, _FINAL)


def deleted(engine: Engine, tx: Transaction, row: Row) -> None:
    """A trail was deleted: its chains end now."""
    home = Scope(row.account, row.region)
    if digest_rows.chains_of(tx, home, row.name):
        engine.timers.cancel(tx, home, KIND, row.name)
        _deliver(engine, tx, row, engine.clock.now_ms(), final=True)


def _validates(row: Row) -> bool:
    return bool(row.logging) and bool(orjson.loads(row.body)["EnableLogFileValidation"])


@timer_kind
class DigestHour(TimerKind):
    """An hour of a trail is over, or all of them."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        row = trail_rows.find(tx, timer.scope, timer.key)
        if row is None:
            return
        final, now = bool(timer.data().get("final")), engine.clock.now_ms()
        # After a while in which windsock was down one digest file tells of all of it.
        end = timer.due_ms if now - timer.due_ms < DIGEST_MS else now
        _deliver(engine, tx, row, end, final=final)
        if not final:
            engine.timers.set(tx, timer.scope, KIND, timer.key, end + DIGEST_MS)


def _deliver(engine: Engine, tx: Transaction, row: Row, end_ms: int, *, final: bool) -> None:
    """Have digest files delivered, in turn with the log files of the trail."""
    home = Scope(row.account, row.region)
    data = {"trail": row.name, "settings": orjson.loads(row.body), "end_ms": end_ms, "final": final}
    lane = home.arn("cloudtrail", f"trail/{row.name}")
    engine.tasks.add(tx, home, kind=KIND, lane=lane, payload=orjson.dumps(data), ordered=True)


@task_kind
class DigestDelivery(TaskKind):
    """Delivers the digest file of each region, and each account, of a trail.

    A file that the bucket refuses is not tried again; the next one then tells of its time too.
    """

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        end_ms: int = data["end_ms"]
        for chain in engine.store.read(lambda tx: digest_rows.chains_of(tx, task.scope, data["trail"])):
            if chain.start_ms < end_ms:
                await _delivered(engine, chain, data)

        def over(tx: Transaction) -> None:
            if data["final"]:
                digest_rows.end_chains(tx, task.scope, data["trail"], end_ms)
            engine.tasks.complete(tx, task)

        await engine.store.write(over)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + RETRY_MS


async def _delivered(engine: Engine, chain: Row, data: Mapping[str, Any]) -> None:
    home, end_ms = Scope(chain.account, chain.region), data["end_ms"]
    key = await current_key(engine, Scope(chain.account, chain.digest_region))
    file = DigestFile(
        account=chain.digest_account,
        trail=chain.trail,
        home_region=chain.region,
        region=chain.digest_region,
        settings=data["settings"],
        start_ms=chain.start_ms,
        end_ms=end_ms,
        fingerprint=key.fingerprint,
        previous=digest_rows.previous_of(chain),
        log_files=engine.store.read(lambda tx: digest_rows.files_until(tx, chain, end_ms)),
    )
    content = file.content
    signature = await key.sign(file.to_sign(content))
    metadata = {"signature": signature, "signature-algorithm": SIGNATURE_ALGORITHM}
    placing = Placing(home, chain.trail, data["settings"])
    putting = put_file(engine, placing, file.key, content, metadata)
    outcome = await outcomes.attempt(engine, "DigestDelivery", putting)

    def note(tx: Transaction) -> None:
        outcomes.note(tx, home, chain.trail, outcome)
        if not outcome["LatestDigestDeliveryError"]:
            digest_rows.advance_chain(tx, chain, end_ms, file.followed(content, signature))

    await engine.store.write(note)
