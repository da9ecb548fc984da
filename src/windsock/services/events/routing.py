"""From an accepted event to its deliveries: one row in the journal and one task a target."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson

from windsock.engine import journal
from windsock.engine.delivery import KIND as DELIVERY
from windsock.engine.engine import Engine
from windsock.engine.targets import Arrived
from windsock.engine.tasks import Task
from windsock.kernel.scope import Scope
from windsock.services.events import archiving
from windsock.services.events.rule_index import CompiledRule, RuleIndex
from windsock.store.transaction import Transaction

NAMESPACE = "AWS/Events"


@dataclass(slots=True)  # not frozen: one is made for each event, and freezing costs most of it
class Incoming:
    """An event on its way into a bus: the object, its JSON text, and how it came.

    `hops` counts the buses it was forwarded by; `cause` says what made it happen; `only` names the rules it
    is meant for (ARNs), all those that match unless it says otherwise.
    """

    bus: str
    event: dict[str, Any]
    body: bytes
    cause: str = ""
    hops: int = 0
    only: frozenset[str] | None = None


def to_bus(engine: Engine, tx: Transaction, scope: Scope, incoming: list[Incoming]) -> None:
    """Match events against the rules of their buses and accept the deliveries."""
    index = engine.part(RuleIndex)
    _accept(
        engine,
        tx,
        scope,
        [(each, _meant(each, index.matching(tx, scope, each.bus, each.event))) for each in incoming],
    )


def _meant(incoming: Incoming, matching: list[CompiledRule]) -> list[CompiledRule]:
    only = incoming.only
    return matching if only is None else [rule for rule in matching if rule.arn in only]


def to_rule(engine: Engine, tx: Transaction, scope: Scope, incoming: Incoming, rule: CompiledRule) -> None:
    """Accept the deliveries of one rule, without matching: its schedule made the event."""
    _accept(engine, tx, scope, [(incoming, [rule])])


def _accept(
    engine: Engine, tx: Transaction, scope: Scope, matched: list[tuple[Incoming, list[CompiledRule]]]
) -> None:
    now = engine.clock.now_ms()
    accepted: list[journal.Accepted] = []
    tasks: list[Task] = []
    archived: list[archiving.Archived] = []
    counts: Counter[tuple[str, str]] = Counter()
    for incoming, rules in matched:
        row_id = engine.ids.new(now)
        accepted.append(
            journal.Accepted(
                row_id,
                incoming.bus,
                incoming.event,
                incoming.body,
                [rule.arn for rule in rules],
                incoming.cause,
            )
        )
        for rule in rules:
            counts["MatchedEvents", rule.name] += 1
            if rule.targets:
                counts["TriggeredRules", rule.name] += 1
            if rule.archive is not None:
                archived.append(archiving.Archived(rule.archive, row_id, incoming.event, incoming.body))
            tasks += _deliveries(engine, scope, row_id, incoming, rule, now)
    for (name, rule_name), times in counts.items():
        engine.metrics.count_all(scope, NAMESPACE, name, {"RuleName": rule_name}, [1] * times)
    journal.record(tx, scope, accepted, now)
    if archived:
        archiving.store(tx, scope, archived, now)
    if tasks:
        engine.tasks.add_many(tx, tasks)


def _deliveries(
    engine: Engine, scope: Scope, row_id: str, incoming: Incoming, rule: CompiledRule, now_ms: int
) -> list[Task]:
    arrived = Arrived(incoming.body, incoming.event)
    return [
        engine.tasks.new(
            scope,
            kind=DELIVERY,
            lane=target.lane,
            ordered=target.ordered,
            cause=journal.cause_of(row_id),
            payload=orjson.dumps(
                {
                    "event": row_id,
                    "rule": rule.arn,
                    "rule_name": rule.name,
                    "hops": incoming.hops,
                    "ingested_ms": now_ms,
                    "target": orjson.Fragment(target.text),
                }
            ),
            context=arrived,
        )
        for target in rule.targets
    ]
