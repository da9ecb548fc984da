"""Rules with a schedule: each has one timer, and firing it sets the next.

An instant that passed while windsock was down fires once when it is back, with the time it was due;
those between it and now are not made up, as EventBridge does not repeat what a rule missed.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
"""

from __future__ import annotations

import functools

import orjson

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.clock import iso_seconds, to_datetime, to_ms
from windsock.kernel.ids import ordered_uuid
from windsock.kernel.scope import Scope
from windsock.languages.schedules import parse
from windsock.services.events import routing
from windsock.services.events.names import DEFAULT_BUS
from windsock.services.events.rule_index import RuleIndex
from windsock.store.transaction import Transaction

KIND = "events.schedule"

# Every firing needs its schedule again; reading the expression was a seventh of what a firing costs.
_schedule = functools.lru_cache(maxsize=4096)(parse)


def arm(engine: Engine, tx: Transaction, scope: Scope, rule_name: str, expression: str) -> None:
    """Set the rule's timer to the schedule's next instant. A rate counts from now."""
    now = engine.clock.now_ms()
    _set_next(engine, tx, scope, rule_name, expression, anchor_ms=now, after_ms=now)


def disarm(engine: Engine, tx: Transaction, scope: Scope, rule_name: str) -> None:
    """Remove the rule's timer; one that is not there is no error."""
    engine.timers.cancel(tx, scope, KIND, rule_name)


def _set_next(
    engine: Engine,
    tx: Transaction,
    scope: Scope,
    rule_name: str,
    expression: str,
    *,
    anchor_ms: int,
    after_ms: int,
) -> None:
    due = _schedule(expression).next_after(to_datetime(after_ms), anchor=to_datetime(anchor_ms))
    if due is not None:
        payload = orjson.dumps({"expression": expression, "anchor_ms": anchor_ms})
        engine.timers.set(tx, scope, KIND, rule_name, to_ms(due), payload)


@timer_kind
class ScheduleTimer(TimerKind):
    """Emits the `Scheduled Event` of a rule and sets the rule's next timer."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        scope, rule_name = timer.scope, timer.key
        data = timer.data()
        rule = engine.part(RuleIndex).rule(tx, scope, DEFAULT_BUS, rule_name)
        if rule is None:
            return
        event = {
            "version": "0",
            "id": ordered_uuid(timer.due_ms),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": scope.account,
            "time": iso_seconds(timer.due_ms),
            "region": scope.region,
            "resources": [rule.arn],
            "detail": {},
        }
        incoming = routing.Incoming(DEFAULT_BUS, event, orjson.dumps(event), cause=f"schedule:{rule_name}")
        routing.to_rule(engine, tx, scope, incoming, rule)
        _set_next(
            engine,
            tx,
            scope,
            rule_name,
            data["expression"],
            anchor_ms=data["anchor_ms"],
            after_ms=max(timer.due_ms, engine.clock.now_ms()),
        )
