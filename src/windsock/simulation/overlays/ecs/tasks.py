"""Tasks: each state is announced, and one that passes is followed by the next in its time.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
"""

from __future__ import annotations

from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.ecs.details import as_detail
from windsock.simulation.overlays.ecs.limits import PASSING_SECONDS
from windsock.store.transaction import Transaction

# What DescribeTasks tells and the event does not.
_NOT_TOLD: Final = frozenset({"tags", "platformFamily"})


@on("ecs.task")
def task_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A task is other than before."""
    task, to = happening.facts["task"], happening.facts["to"]
    detail = as_detail(task, _NOT_TOLD)
    for attachment in detail["attachments"]:
        attachment["type"] = "eni"
    event = PlatformEvent("aws.ecs", "ECS Task State Change", detail, [task["taskArn"]])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
    if to is not None:
        params = {"task": task["taskArn"], "version": task["version"], "to": to}
        change = Change("ecs", "PassTask", params, happening.cause)
        seconds = PASSING_SECONDS[task["lastStatus"]]
        change_later(engine, tx, happening.scope, change, key=task["taskArn"], seconds=seconds)
