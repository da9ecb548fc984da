"""The managed rule by which an archive gets its events, as AWS keeps one on the archive's bus.

Its pattern is the archive's, and that the event is no replayed one: a replay is never archived again. The
rule's target is nothing one can deliver to: routing puts what matches into the archive itself.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Command
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.scope import Scope
from windsock.services.events import rule_rows
from windsock.services.events.names import ARCHIVE_RULE_MANAGER, ARCHIVE_RULE_PREFIX, archive_rule
from windsock.services.events.rule_checks import has_wildcard
from windsock.services.events.rule_index import RuleIndex
from windsock.services.events.tables import archives
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

_NOT_REPLAYED: Final = '"replay-name":[{"exists":false}]'

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
    pattern = archive["pattern"] or "{}"
    row = {
        **ctx.scope.columns,
        "bus": bus,
        "name": name,
        "pattern": pattern_without_replays(pattern),
        "wildcard": int(has_wildcard(pattern)),
        "schedule": None,
        "state": "ENABLED",
        "description": None,
        "role_arn": None,
        "managed_by": ARCHIVE_RULE_MANAGER,
        "created_by": ctx.scope.account,
        "tags": NO_TAGS,
        "changed_ms": ctx.now_ms,
    }
    rule_rows.put(ctx.tx, row)
    rule_rows.put_targets(
        ctx.tx, ctx.scope, bus, name, [_target(ctx.scope, archive["name"], archive["id"])], 1
    )
    ctx.engine.part(RuleIndex).changed(ctx.scope, bus, name)


def delete_archive_rule(ctx: Command, archive: Row) -> None:
    """Remove the rule of an archive with its target; a person may have removed either by force."""
    bus, name = archive.bus, archive_rule(archive.name)
    rule = rule_rows.find(ctx.tx, ctx.scope, bus, name)
    if rule is None:
        return
    rule_rows.remove_target(ctx.tx, rule, name)
    rule_rows.remove(ctx.tx, ctx.scope, bus, name)
    ctx.engine.part(RuleIndex).changed(ctx.scope, bus, name)


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
