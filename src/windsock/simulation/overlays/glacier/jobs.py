"""Jobs: each is completed in its time, and that is told as DescribeJob tells it."""

from __future__ import annotations

import orjson

from windsock.engine.engine import Engine
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.notices import Notice, notify
from windsock.simulation.overlays.glacier.limits import JOB_SECONDS
from windsock.store.transaction import Transaction


@on("glacier.job-initiated")
def job_initiated(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A job was begun."""
    facts = happening.facts
    change = Change("glacier", "CompleteJob", {"vault": facts["vault"], "job": facts["job"]}, happening.cause)
    seconds = JOB_SECONDS[facts["tier"]]
    change_later(engine, tx, happening.scope, change, key=f"job/{facts['job']}", seconds=seconds)


@on("glacier.job-completed")
def job_completed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A job is done: its output can be fetched for a day."""
    job = happening.facts["job"]
    for topic in happening.facts["topics"]:
        notice = Notice("glacier", topic, orjson.dumps(job).decode(), job["VaultARN"])
        notify(engine, tx, happening.scope, notice, happening.cause)
