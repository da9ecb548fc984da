"""The compiled rules of every bus, in memory.

A bus is compiled when it is first needed; after that a changed rule alone is compiled again, at the
next look. Changes are noted inside the transaction that makes them: a look from a later transaction
reads the rule's rows as they are then, so a change that was undone does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from windsock.engine.engine import Engine
from windsock.engine.targets import TargetKind
from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.languages.patterns import Matcher
from windsock.services.events import rule_rows
from windsock.services.events.names import ARCHIVE_RULE_MANAGER, ARCHIVE_RULE_PREFIX, DEFAULT_BUS
from windsock.store.transaction import Snapshot, Transaction

_ACTIVE_STATES = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")


@dataclass(frozen=True, slots=True)
class CompiledTarget:
    """A target as PutTargets took it, with what delivering needs of it."""

    target: dict[str, Any]
    kind: TargetKind
    lane: str
    ordered: bool
    text: bytes


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule that may match, and where its events go: to targets, or into the archive of this name."""

    name: str
    arn: str
    managed_by: str
    targets: tuple[CompiledTarget, ...]
    archive: str | None


class BusIndex:
    """The rules of one bus."""

    __slots__ = ("dirty", "matcher", "rules")

    def __init__(self) -> None:
        self.matcher = Matcher()
        self.rules: dict[str, CompiledRule] = {}
        self.dirty: set[str] = set()


def rule_arn(scope: Scope, bus: str, name: str) -> str:
    """`rule/name` on the default bus, `rule/bus/name` on any other."""
    return scope.arn("events", f"rule/{name}" if bus == DEFAULT_BUS else f"rule/{bus}/{name}")


def pattern_of(tx: Snapshot, scope: Scope, bus: str, name: str) -> str | None:
    """The pattern of a rule as it was put; None without such a rule, or when it has none."""
    row = rule_rows.find(tx, scope, bus, name)
    return None if row is None else row.pattern


class RuleIndex:
    """The compiled rules of all buses of an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._buses: dict[tuple[Scope, str], BusIndex] = {}
        engine.store.on_abort(self._buses.clear)

    def changed(self, scope: Scope, bus: str, rule: str) -> None:
        """A rule or its targets were changed, put or deleted; call it inside the transaction."""
        index = self._buses.get((scope, bus))
        if index is not None:
            index.dirty.add(rule)

    def bus_deleted(self, scope: Scope, bus: str) -> None:
        """A bus is gone with all its rules."""
        self._buses.pop((scope, bus), None)

    def matching(self, tx: Transaction, scope: Scope, bus: str, event: dict[str, Any]) -> list[CompiledRule]:
        """The enabled rules of a bus that match an event.

        In a transaction: a snapshot would not show what changed before the commit under way.
        """
        index = self._current(tx, scope, bus)
        return [index.rules[name] for name in index.matcher.matches(event)]

    def rule(self, tx: Snapshot, scope: Scope, bus: str, name: str) -> CompiledRule | None:
        """One rule with its targets, whether or not it has a pattern; None when it is not there."""
        row = rule_rows.find(tx, scope, bus, name)
        return None if row is None else self._compiled(tx, scope, row)

    def _current(self, tx: Transaction, scope: Scope, bus: str) -> BusIndex:
        index = self._buses.get((scope, bus))
        if index is None:
            index = BusIndex()
            rows = rule_rows.of_bus(tx, scope, bus)
            if rows:  # events may name any bus: what is kept is bounded by the rules there are
                self._buses[scope, bus] = index
            for row in rows:
                self._compile(tx, scope, index, row)
        while index.dirty:
            name = index.dirty.pop()
            index.rules.pop(name, None)
            if name in index.matcher:
                index.matcher.remove(name)
            row = rule_rows.find(tx, scope, bus, name)
            if row is not None:
                self._compile(tx, scope, index, row)
        return index

    def _compile(self, tx: Snapshot, scope: Scope, index: BusIndex, row: Any) -> None:
        if row.pattern is None or row.state not in _ACTIVE_STATES:
            return
        index.matcher.add(row.name, row.pattern)
        index.rules[row.name] = self._compiled(tx, scope, row)

    def _compiled(self, tx: Snapshot, scope: Scope, row: Any) -> CompiledRule:
        found = rule_rows.targets_of(tx, row)
        return CompiledRule(
            row.name,
            rule_arn(scope, row.bus, row.name),
            row.managed_by or "",
            tuple(filter(None, (self._target(each.body) for each in found))),
            _archive(row) if found else None,
        )

    def _target(self, text: str) -> CompiledTarget | None:
        target = orjson.loads(text)
        arn = parse_arn(target["Arn"])
        kind = self._engine.targets.of(arn) if arn else None
        if kind is None:
            return None
        return CompiledTarget(target, kind, kind.lane(target), kind.ordered(target), text.encode())


def _archive(row: Any) -> str | None:
    if row.managed_by != ARCHIVE_RULE_MANAGER:
        return None
    name: str = row.name
    return name.removeprefix(ARCHIVE_RULE_PREFIX)
