"""Clusters: what was begun is finished in its time, and what became of it is published.

The message has the members that Redshift's have in the wild; AWS documents none.
Source: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-subscribe.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.clock import iso_seconds
from windsock.kernel.errors import NotImplementedOperation
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.moto import Moto
from windsock.simulation.backend.notices import Notice, notify
from windsock.simulation.backend.windows import seconds_until
from windsock.simulation.overlays.redshift.event_kinds import SEVERITY, SOURCE_TYPE
from windsock.simulation.overlays.redshift.limits import (
    CREATION_SECONDS,
    MAINTENANCE_SECONDS,
    RESIZE_SECONDS,
    WEEK_SECONDS,
)
from windsock.store.transaction import Transaction

_SECONDS: Final = {
    "FinishCreation": CREATION_SECONDS,
    "FinishResize": RESIZE_SECONDS,
    "FinishMaintenance": MAINTENANCE_SECONDS,
    "BeginMaintenance": WEEK_SECONDS,
}
_ABOUT_EVENTS: Final = "http://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html"
_RESIZE: Final = ("ClusterIdentifier", "ClusterType", "NodeType", "NumberOfNodes", "Classic")


@waiting("ResizeCluster")
async def resize_cluster(ctx: Context, params: Params) -> Result:
    """Give a cluster another number or type of nodes: what ModifyCluster does with the same parameters."""
    unknown = sorted(params.keys() - set(_RESIZE))
    if unknown:
        raise NotImplementedOperation("redshift", f"ResizeCluster with {', '.join(unknown)}")
    sizes = {name: value for name, value in params.items() if name != "Classic"}
    result: Any = await ctx.engine.part(Moto).answer(
        replace(ctx.call, operation="ModifyCluster", params=sizes)
    )
    return {"Cluster": result["Cluster"]}


@on("redshift.begun")
def begun(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """What was begun with a cluster is finished when its time is over."""
    _later(engine, tx, happening, happening.facts["change"], _SECONDS[happening.facts["change"]])


@on("redshift.window")
def window_set(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A cluster has a maintenance window; it is maintained each time it opens."""
    window = happening.facts["window"]
    _later(engine, tx, happening, "BeginMaintenance", seconds_until(window, engine.clock.now_ms()))


def _later(engine: Engine, tx: Transaction, happening: Happening, name: str, seconds: float) -> None:
    cluster = happening.facts["cluster"]
    change = Change("redshift", name, {"cluster": cluster}, happening.cause)
    change_later(engine, tx, happening.scope, change, key=f"{cluster}/{name}", seconds=seconds)


@on("redshift.event")
def told(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Publish an event to the topics of those who subscribe to it."""
    facts, region = happening.facts, happening.scope.region
    home = f"https://console.aws.amazon.com/redshift/home?region={region}"
    message = {
        "Event Source": SOURCE_TYPE,
        "Resource": facts["cluster"],
        "Event Time": iso_seconds(engine.clock.now_ms()).rstrip("Z").replace("T", " "),
        "Identifier Link": f"{home}#cluster-details:cluster={facts['cluster']} ",
        "Severity": SEVERITY,
        "Category": [facts["category"].capitalize()],
        "About this Event": f"{_ABOUT_EVENTS}#{facts['id']} ",
        "Event Message": facts["message"],
    }
    text = orjson.dumps(message).decode()
    about = happening.scope.arn("redshift", f"cluster:{facts['cluster']}")
    for topic in facts["topics"]:
        notice = Notice("redshift", topic, text, about, "[Amazon Redshift INFO] - Cluster Event")
        notify(engine, tx, happening.scope, notice, happening.cause)
