"""Health checks that ask no endpoint: of other checks, and of an alarm.

A calculated check is healthy when as many of its children are as its threshold says: always with 0, never
with more than it has. A check of an alarm goes by the alarm's state; what insufficient data counts as is a
setting.
Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.kernel.scope import Scope
from windsock.simulation.overlays.route53 import rows
from windsock.store.statements import Row

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_CALLER: Final = "route53.amazonaws.com"
_LAST_KNOWN: Final = "LastKnownStatus"


def is_healthy(row: Row) -> bool:
    """The status of a check, as it counts: a disabled one is healthy, and an inverted one the contrary."""
    config = orjson.loads(row.config)
    found = bool(config.get("Disabled")) or bool(row.healthy)
    return found != bool(config.get("Inverted"))


def healthy_children(engine: Engine, scope: Scope, config: Mapping[str, Any]) -> int:
    """How many of the checks that a calculated one is of are healthy."""
    children = engine.store.read(
        lambda tx: [rows.one(tx, scope, child) for child in config.get("ChildHealthChecks") or ()]
    )
    return sum(is_healthy(child) for child in children if child is not None)


async def _calculated(engine: Engine, scope: Scope, row: Row, config: Mapping[str, Any]) -> bool:
    return healthy_children(engine, scope, config) >= (config.get("HealthThreshold") or 0)


async def _of_alarm(engine: Engine, scope: Scope, row: Row, config: Mapping[str, Any]) -> bool:
    alarm = config["AlarmIdentifier"]
    found = await engine.call(
        "cloudwatch",
        "DescribeAlarms",
        {"AlarmNames": [alarm["Name"]], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
        caller=Caller.service(_CALLER, scope.account),
        scope=Scope(scope.account, alarm["Region"]),
    )
    alarms = [*(found or {}).get("MetricAlarms", ()), *(found or {}).get("CompositeAlarms", ())]
    state = alarms[0]["StateValue"] if alarms else "INSUFFICIENT_DATA"
    if state in _STATES:
        return _STATES[state]
    status = config.get("InsufficientDataHealthStatus") or _LAST_KNOWN
    return bool(row.healthy) if status == _LAST_KNOWN else status == "Healthy"


_STATES: Final = {"OK": True, "ALARM": False}

Derive = Callable[["Engine", Scope, Row, Mapping[str, Any]], Awaitable[bool]]
DERIVED: Final[Mapping[str, Derive]] = {"CALCULATED": _calculated, "CLOUDWATCH_METRIC": _of_alarm}
"""How the health of each type of check without an endpoint is found, before it is inverted."""
