"""Clusters: what is begun is finished in its time or in the window, and then the topic is told."""

from __future__ import annotations

import orjson

from windsock.engine.engine import Engine
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.notices import Notice, notify
from windsock.simulation.backend.windows import seconds_until
from windsock.simulation.overlays.elasticache.limits import CHANGE_SECONDS
from windsock.store.transaction import Transaction


@on("elasticache.begun")
def begun(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A cluster is being created, deleted or given other nodes; `window` is when that begins, if not now."""
    facts = happening.facts
    change = Change(
        "elasticache", facts["change"], {"cluster": facts["cluster"], **facts["params"]}, happening.cause
    )
    window = facts["window"]
    seconds = CHANGE_SECONDS + (seconds_until(window, engine.clock.now_ms()) if window else 0)
    key = f"{facts['cluster']}/{facts['change']}"
    change_later(engine, tx, happening.scope, change, key=key, seconds=seconds)


@on("elasticache.notification")
def told(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Something that the cluster's topic is told."""
    facts = happening.facts
    text = orjson.dumps({f"ElastiCache:{facts['event']}": facts["cluster"]}).decode()
    about = happening.scope.arn("elasticache", f"cluster:{facts['cluster']}")
    notify(engine, tx, happening.scope, Notice("elasticache", facts["topic"], text, about), happening.cause)
