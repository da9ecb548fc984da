"""The managed rule by which an archive gets its events, as AWS keeps one on the archive's bus.

Its pattern is the archive's, and that the event is no replayed one: a replay is never archived again. The
rule's target is nothing one can deliver to: routing puts what matches into the archive itself.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command
from windsock.kernel.scope import Scope
from windsock.services.events.names import ARCHIVE_RULE_MANAGER, ARCHIVE_RULE_PREFIX, archive_rule
from windsock.services.events.rule_checks import has_wildcard
from windsock.services.events.rule_index import RuleIndex
from windsock.services.events.tables import archives, rules, targets
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Transaction

_NOT_REPLAYED: Final = '"replay-name":[{"exists":false}]'

_PUT_RULE = Statement(upsert(rules, "pattern", "wildcard", "changed_ms"))
_PUT_TARGET = Statement(upsert(targets))
_DELETE_RULE = Statement(
    sa.delete(rules).where(
        *in_scope(rules),
        rules.c.bus == sa.bindparam("of_bus"),
        rules.c.name == sa.bindparam("of_name"),
    )
)
_DELETE_TARGETS = Statement(
    sa.delete(targets).where(
        *in_scope(targets),
        targets.c.bus == sa.bindparam("of_bus"),
        targets.c.rule == sa.bindparam("of_name"),
    )
)
_DISABLE = Statement(
    sa.update(archives)
    .where(
        *in_scope(archives),
        archives.c.name == sa.bindparam("of_name"),
    )
    .values(state="DISABLED", state_reason="Managed rule for the archive was forcefully deleted.")
)


def put_archive_rule(ctx: Command, archive: dict[str, Any]) -> None:
    """Make the rule of an archive (`name`, `id`, `bus`, `pattern`), or change its pattern."""
    name, bus = archive_rule(archive["name"]), archive["bus"]
    where = {**ctx.scope.columns, "bus": bus}
    pattern = archive["pattern"] or "{}"
    ctx.tx.execute(
        _PUT_RULE,
        {
            **where,
            "name": name,
            "pattern": pattern_without_replays(pattern),
            "wildcard": int(has_wildcard(pattern)),
            "schedule": None,
            "state": "ENABLED",
            "description": None,
            "role_arn": None,
            "managed_by": ARCHIVE_RULE_MANAGER,
            "created_by": ctx.scope.account,
            "tags": "{}",
            "changed_ms": ctx.now_ms,
        },
    )
    target = _target(ctx.scope, archive["name"], archive["id"])
    row = {**where, "rule": name, "id": name, "position": 1, "arn": target["Arn"]}
    ctx.tx.execute(_PUT_TARGET, {**row, "body": orjson.dumps(target).decode()})
    ctx.engine.part(RuleIndex).changed(ctx.scope, bus, name)


def delete_archive_rule(ctx: Command, archive: Row) -> None:
    """Remove the rule of an archive with its target."""
    name = archive_rule(archive.name)
    key = {**ctx.scope.columns, "of_bus": archive.bus, "of_name": name}
    ctx.tx.execute(_DELETE_TARGETS, key)
    ctx.tx.execute(_DELETE_RULE, key)
    ctx.engine.part(RuleIndex).changed(ctx.scope, archive.bus, name)


def disable_archive_of(tx: Transaction, scope: Scope, rule: Row) -> None:
    """Disable the archive whose rule is deleted by force; of any other rule nothing happens."""
    if rule.managed_by == ARCHIVE_RULE_MANAGER:
        name = rule.name.removeprefix(ARCHIVE_RULE_PREFIX)
        tx.execute(_DISABLE, {**scope.columns, "of_name": name})


def pattern_without_replays(pattern: str) -> str:
    """A pattern (JSON text of an object) that also asks that the event was not replayed."""
    head = pattern.rstrip()[:-1].rstrip()
    return f"{head}{'' if head.endswith('{') else ','}{_NOT_REPLAYED}}}"


def _target(scope: Scope, archive: str, archive_id: str) -> dict[str, Any]:
    arn = scope.arn("events", f"archive/{archive}")
    return {
        "Id": archive_rule(archive),
        "Arn": f"arn:aws:events:{scope.region}:::",
        "InputTransformer": {
            "InputPathsMap": {},
            "InputTemplate": (
                f'{{"archive-arn": "{arn}:{archive_id}", "event": <aws.events.event.json>, '
                '"ingestion-time": <aws.events.event.ingestion-time>}'
            ),
        },
    }
