"""The ways of events, told: what became of each, and why a rule did or did not match."""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine import journal
from windsock.engine.engine import Engine
from windsock.engine.task_rows import of_cause
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.languages.patterns import Matcher
from windsock.services.events.rule_index import pattern_of
from windsock.store.transaction import Snapshot


def latest(engine: Engine, scope: Scope, most: int) -> list[dict[str, Any]]:
    """The newest events of a scope, newest first, each with its way."""
    return engine.store.read(lambda tx: [_way(tx, row) for row in journal.latest(tx, scope, most)])


def way_of(engine: Engine, scope: Scope, event_id: str) -> list[dict[str, Any]]:
    """The ways of one event: one for each bus it reached."""
    return engine.store.read(lambda tx: [_way(tx, row) for row in journal.find(tx, scope, event_id)])


def why(engine: Engine, scope: Scope, event_id: str, rule: str, bus: str) -> dict[str, Any]:
    """Whether a rule, as it is now, matches an event of the journal, and field by field why."""

    def look(tx: Snapshot) -> tuple[bytes, str | None]:
        rows = journal.find(tx, scope, event_id)
        if not rows:
            raise AwsError(f"The journal has no event {event_id}.", code="NotFound", status=404)
        on_bus = next((row for row in rows if row.bus == bus), rows[0])
        return on_bus.body, pattern_of(tx, scope, bus, rule)

    body, pattern = engine.store.read(look)
    if pattern is None:
        raise AwsError(
            f"There is no rule {rule} with a pattern on the bus {bus}.", code="NotFound", status=404
        )
    matcher = Matcher()
    matcher.add(rule, pattern)
    explanation = matcher.explain(rule, body)
    return {"rule": rule, "bus": bus, "event": event_id, **explanation.as_dict(), "text": str(explanation)}


def _way(tx: Snapshot, row: Any) -> dict[str, Any]:
    scope = Scope(row.account, row.region)
    return {
        "id": row.event_id,
        "bus": row.bus,
        "account": scope.account,
        "region": scope.region,
        "accepted": to_datetime(row.accepted_ms).isoformat(),
        "cause": row.cause,
        "event": orjson.Fragment(row.body),
        "matched": orjson.loads(row.matched),
        "deliveries": [
            _delivery(tx, scope, task, row.event_id) for task in of_cause(tx, scope, journal.cause_of(row.id))
        ],
    }


def _delivery(tx: Snapshot, scope: Scope, task: Any, event_id: str) -> dict[str, Any]:
    payload = orjson.loads(task.payload)
    target: str = payload.get("target", {}).get("Arn", task.lane)
    cause = f"task:{task.id}"
    places = _places(scope, target)
    return {
        "rule": payload.get("rule"),
        "target": payload.get("to") or target,
        "state": task.state,
        "attempts": task.attempts,
        "failures": [
            {"at": to_datetime(failure["at"]).isoformat(), "error": failure["error"]}
            for failure in (orjson.loads(task.failures) if task.failures else [])
        ],
        "next": to_datetime(task.due_ms).isoformat() if task.state == "pending" else None,
        "led_to": [
            _delivery(tx, place, each, event_id) for place in places for each in of_cause(tx, place, cause)
        ],
        # On another bus it is the same event, by its id.
        "forwarded": [
            _way(tx, row)
            for place in places
            for row in journal.find(tx, place, event_id)
            if row.cause == cause
        ],
    }


def _places(scope: Scope, target: str) -> list[Scope]:
    """Where to look for what a delivery led to: with the rule, and with the target if that is elsewhere."""
    arn = parse_arn(target)
    elsewhere = arn is not None and arn.account and arn.scope != scope
    return [scope, arn.scope] if arn is not None and elsewhere else [scope]
