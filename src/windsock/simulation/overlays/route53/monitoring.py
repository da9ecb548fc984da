"""Health checks on the clock: each asks its endpoint in its interval, and is measured once a minute.

A check of other checks or of an alarm looks at them every half minute. One that is disabled, or a routing
control, is not monitored. Where there is no check there is no timer.
Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.service_metrics import report
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.route53 import rows
from windsock.simulation.overlays.route53.deriving import DERIVED, healthy_children
from windsock.simulation.overlays.route53.limits import DERIVED_EVERY_MS, MEASURED_EVERY_MS, RETRY_MS
from windsock.simulation.overlays.route53.probing import PROBED, Observation, probe
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "route53.probe"


def home(account: str) -> Scope:
    """Where Route 53 measures."""
    return Scope(account, "us-east-1")


@on("route53:CreateHealthCheck", "route53:UpdateHealthCheck")
def monitor(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A check was made or changed: it is looked at from now on."""
    check = happening.facts["HealthCheck"]
    config, scope = check["HealthCheckConfig"], home(happening.scope.account)
    if config["Type"] not in PROBED and config["Type"] not in DERIVED:
        return
    rows.put(tx, scope, check["Id"], config)
    if config.get("Disabled"):
        engine.timers.cancel(tx, scope, KIND, check["Id"])
    else:
        engine.timers.set(tx, scope, KIND, check["Id"], engine.clock.now_ms())


@on("route53:DeleteHealthCheck")
def forget(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A check was deleted."""
    check, scope = happening.call.params["HealthCheckId"], home(happening.scope.account)
    rows.delete(tx, scope, check)
    engine.timers.cancel(tx, scope, KIND, check)


@timer_kind
class ProbeTimer(TimerKind):
    """It is time to look at a check."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        lane = timer.scope.arn("route53", f"healthcheck/{timer.key}")
        payload = orjson.dumps({"check": timer.key, "to": lane})
        engine.tasks.add(tx, timer.scope, kind=KIND, lane=lane, payload=payload)


@task_kind
class Probe(TaskKind):
    """Finds the health of a check, and sets the time of the next look."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        check = task.data()["check"]
        row = engine.store.read(lambda tx: rows.one(tx, task.scope, check))
        if row is None:
            return
        config = orjson.loads(row.config)
        known = {name: getattr(row, name) for name in rows.OBSERVED}
        found = known | await _found(engine, task.scope, row, config)
        now_ms = engine.clock.now_ms()
        if now_ms - row.measured_ms >= MEASURED_EVERY_MS:
            await _measure(engine, task.scope, check, config, healthy=bool(found["healthy"]))
            found["measured_ms"] = now_ms

        def keep(tx: Transaction) -> None:
            engine.tasks.complete(tx, task)
            current = rows.one(tx, task.scope, check)
            if current is not None and not orjson.loads(current.config).get("Disabled"):
                rows.observed(tx, task.scope, check, found)
                engine.timers.set(tx, task.scope, KIND, check, now_ms + _interval_ms(config))

        await engine.store.write(keep)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + RETRY_MS


def _interval_ms(config: Mapping[str, Any]) -> int:
    return DERIVED_EVERY_MS if config["Type"] in DERIVED else config["RequestInterval"] * 1000


async def _found(engine: Engine, scope: Scope, row: Row, config: Mapping[str, Any]) -> dict[str, Any]:
    """The columns after a look at a check."""
    derive = DERIVED.get(config["Type"])
    if derive is not None:
        return {"healthy": int(await derive(engine, scope, row, config))}
    return _after(row, config, await probe(engine, row.id, config), engine.clock.now_ms())


def _after(row: Row, config: Mapping[str, Any], observation: Observation, now_ms: int) -> dict[str, Any]:
    """The columns after an observation: so many in a row turn a check's health."""
    streak = row.streak + 1 if observation.success != bool(row.healthy) else 0
    turned = streak >= config["FailureThreshold"]
    return {
        "healthy": int(observation.success if turned else row.healthy),
        "streak": 0 if turned else streak,
        "report": observation.report,
        "checked_ms": now_ms,
        "failure": row.failure if observation.success else observation.report,
        "failed_ms": row.failed_ms if observation.success else now_ms,
    }


async def _measure(
    engine: Engine, scope: Scope, check: str, config: Mapping[str, Any], *, healthy: bool
) -> None:
    dimensions = [{"Name": "HealthCheckId", "Value": check}]
    status = healthy != bool(config.get("Inverted"))
    values: dict[str, tuple[int, str]] = {"HealthCheckStatus": (int(status), "None")}
    if config["Type"] in PROBED:
        values["HealthCheckPercentageHealthy"] = (100 * healthy, "Percent")
    if config["Type"] == "CALCULATED":
        values["ChildHealthCheckHealthyCount"] = (healthy_children(engine, scope, config), "None")
    data = [
        {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": unit}
        for name, (value, unit) in values.items()
    ]
    await report(engine, scope, {"Namespace": "AWS/Route53", "MetricData": data})
