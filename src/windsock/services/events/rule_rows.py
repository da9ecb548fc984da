"""The rows of rules and their targets: found, put, changed, counted and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.events.tables import rules, targets
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_ON_BUS = (*in_scope(rules), rules.c.bus == sa.bindparam("of_bus"))
_RULE = (*_ON_BUS, rules.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(rules).where(*_RULE))
_ALL = Statement(sa.select(rules).where(*_ON_BUS))
_PAGE = Statement(
    sa.select(rules)
    .where(
        *_ON_BUS,
        rules.c.name > sa.bindparam("after"),
        sa.func.substr(rules.c.name, 1, sa.bindparam("prefix_length")) == sa.bindparam("prefix"),
    )
    .order_by(rules.c.name)
    .limit(sa.bindparam("most"))
)
_COUNT = Statement(sa.select(sa.func.count()).where(*_ON_BUS))
_COUNT_OTHER_WILDCARDS = Statement(
    sa.select(sa.func.count()).where(*_ON_BUS, rules.c.wildcard == 1, rules.c.name != sa.bindparam("of_name"))
)
# A rule put again is replaced, but for who made it and its tags.
_PUT = Statement(
    upsert(rules, "pattern", "wildcard", "schedule", "state", "description", "role_arn", "changed_ms")
)
_SET_STATE = Statement(
    sa.update(rules)
    .where(*_RULE)
    .values(state=sa.bindparam("new_state"), changed_ms=sa.bindparam("new_changed_ms"))
)
_SET_TAGS = Statement(sa.update(rules).where(*_RULE).values(tags=sa.bindparam("new_tags")))
_REMOVE = Statement(sa.delete(rules).where(*_RULE))

_TARGETS_ON_BUS = (*in_scope(targets), targets.c.bus == sa.bindparam("of_bus"))
_TARGETS = (*_TARGETS_ON_BUS, targets.c.rule == sa.bindparam("of_name"))
_ALL_TARGETS = Statement(sa.select(targets).where(*_TARGETS).order_by(targets.c.position))
# A target put again keeps its place.
_PUT_TARGET = Statement(upsert(targets, "arn", "body"))
_REMOVE_TARGET = Statement(sa.delete(targets).where(*_TARGETS, targets.c.id == sa.bindparam("of_id")))
_RULES_OF_TARGET = Statement(
    sa.select(targets.c.rule)
    .distinct()
    .where(
        *_TARGETS_ON_BUS,
        targets.c.arn == sa.bindparam("of_arn"),
        targets.c.rule > sa.bindparam("after"),
    )
    .order_by(targets.c.rule)
    .limit(sa.bindparam("most"))
)


def find(tx: Snapshot, scope: Scope, bus: str, name: str) -> Row | None:
    """The row of a rule, or None."""
    return tx.row(_FIND, _key(scope, bus, name))


def of_bus(tx: Snapshot, scope: Scope, bus: str) -> list[Row]:
    """The rules of a bus."""
    return tx.rows(_ALL, _bus(scope, bus))


def page_of(tx: Snapshot, scope: Scope, bus: str, prefix: str, after: str, most: int) -> list[Row]:
    """The rules of a bus whose names begin with `prefix` and come after `after`, by name."""
    values = {"after": after, "prefix": prefix, "prefix_length": len(prefix), "most": most}
    return tx.rows(_PAGE, {**_bus(scope, bus), **values})


def count(tx: Snapshot, scope: Scope, bus: str) -> int:
    """How many rules a bus has."""
    return int(tx.scalar(_COUNT, _bus(scope, bus)))


def count_other_wildcards(tx: Snapshot, scope: Scope, bus: str, name: str) -> int:
    """How many rules of a bus besides this one have a wildcard in their pattern."""
    return int(tx.scalar(_COUNT_OTHER_WILDCARDS, _key(scope, bus, name)))


def put(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Make a rule, or replace one but for who made it and its tags; `row` has all columns."""
    tx.execute(_PUT, row)


def set_state(tx: Transaction, rule: Row, state: str, now_ms: int) -> None:
    """Set the state of a rule."""
    tx.execute(_SET_STATE, {**_key_of(rule), "new_state": state, "new_changed_ms": now_ms})


def set_tags(tx: Transaction, rule: Row, tags: str) -> None:
    """Set the tags of a rule, as JSON."""
    tx.execute(_SET_TAGS, {**_key_of(rule), "new_tags": tags})


def remove(tx: Transaction, scope: Scope, bus: str, name: str) -> None:
    """Remove a rule, which has no targets any more."""
    tx.execute(_REMOVE, _key(scope, bus, name))


def targets_of(tx: Snapshot, rule: Row) -> list[Row]:
    """The targets of a rule, in the order in which they were put first."""
    return tx.rows(_ALL_TARGETS, _key_of(rule))


def put_targets(
    tx: Transaction, scope: Scope, bus: str, name: str, given: Sequence[Mapping[str, Any]], first: int
) -> None:
    """Add targets as PutTargets takes them, from position `first` on, or replace those of the same id."""
    rows = [
        {
            **scope.columns,
            "bus": bus,
            "rule": name,
            "id": target["Id"],
            "position": position,
            "arn": target["Arn"],
            "body": orjson.dumps(target).decode(),
        }
        for position, target in enumerate(given, first)
    ]
    tx.execute_many(_PUT_TARGET, rows)


def remove_target(tx: Transaction, rule: Row, target_id: str) -> bool:
    """Remove a target of a rule; whether it was there."""
    return tx.execute(_REMOVE_TARGET, {**_key_of(rule), "of_id": target_id}) > 0


def names_by_target(tx: Snapshot, scope: Scope, bus: str, arn: str, after: str, most: int) -> list[str]:
    """The names of the rules of a bus that have a target of this ARN and come after `after`."""
    values = {**_bus(scope, bus), "of_arn": arn, "after": after, "most": most}
    return [row.rule for row in tx.rows(_RULES_OF_TARGET, values)]


def _bus(scope: Scope, bus: str) -> dict[str, str]:
    return {**scope.columns, "of_bus": bus}


def _key(scope: Scope, bus: str, name: str) -> dict[str, str]:
    return {**scope.columns, "of_bus": bus, "of_name": name}


def _key_of(rule: Row) -> dict[str, str]:
    return {"account": rule.account, "region": rule.region, "of_bus": rule.bus, "of_name": rule.name}
