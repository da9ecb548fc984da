"""The targets of rules.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html and the pages of the
other operations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.services.events.buses import require_bus
from windsock.services.events.errors import LimitExceeded, ResourceNotFound
from windsock.services.events.limits import TARGETS_PER_RULE
from windsock.services.events.names import bus_name
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.rule_index import RuleIndex
from windsock.services.events.rules import on_bus, refuse_managed, require_rule, rule_key
from windsock.services.events.tables import targets
from windsock.services.events.target_checks import check_targets
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert

_ON_BUS = (
    *in_scope(targets),
    targets.c.bus == sa.bindparam("of_bus"),
)
_OF_RULE = (*_ON_BUS, targets.c.rule == sa.bindparam("of_name"))
_ALL = Statement(sa.select(targets).where(*_OF_RULE).order_by(targets.c.position))
# A target put again keeps its place.
_PUT = Statement(upsert(targets, "arn", "body"))
_DELETE = Statement(sa.delete(targets).where(*_OF_RULE, targets.c.id == sa.bindparam("of_id")))
_RULES_OF_TARGET = Statement(
    sa.select(targets.c.rule)
    .distinct()
    .where(
        *_ON_BUS,
        targets.c.arn == sa.bindparam("of_arn"),
        targets.c.rule > sa.bindparam("after"),
    )
    .order_by(targets.c.rule)
    .limit(sa.bindparam("most"))
)


@command("PutTargets")
def put_targets(ctx: Command, params: Params) -> Result:
    """Add targets to a rule, or replace those of the same Id. All are taken or none."""
    given: Sequence[Mapping[str, Any]] = params["Targets"]
    rule = require_rule(ctx, params.get("EventBusName"), params["Rule"])
    refuse_managed(ctx, rule)
    check_targets(ctx.engine, ctx.scope, given)
    key = rule_key(ctx.scope, rule.bus, rule.name)
    kept = ctx.tx.rows(_ALL, key)
    if len({row.id for row in kept} | {target["Id"] for target in given}) > TARGETS_PER_RULE:
        raise LimitExceeded
    first = kept[-1].position + 1 if kept else 1
    ctx.tx.execute_many(_PUT, [_row(rule, first + index, target) for index, target in enumerate(given)])
    ctx.engine.part(RuleIndex).changed(ctx.scope, rule.bus, rule.name)
    return {"FailedEntryCount": 0, "FailedEntries": []}


@command("RemoveTargets")
def remove_targets(ctx: Command, params: Params) -> Result:
    """Remove targets by Id; an Id the rule does not have fails by itself."""
    rule = require_rule(ctx, params.get("EventBusName"), params["Rule"])
    refuse_managed(ctx, rule, force=params.get("Force", False))
    key = rule_key(ctx.scope, rule.bus, rule.name)
    failed = [
        {
            "TargetId": target_id,
            "ErrorCode": ResourceNotFound.code,
            "ErrorMessage": f"Rule {rule.name} does not have a target with Id '{target_id}'.",
        }
        for target_id in params["Ids"]
        if not ctx.tx.execute(_DELETE, {**key, "of_id": target_id})
    ]
    ctx.engine.part(RuleIndex).changed(ctx.scope, rule.bus, rule.name)
    return {"FailedEntryCount": len(failed), "FailedEntries": failed}


@query("ListTargetsByRule")
def list_targets_by_rule(ctx: Query, params: Params) -> Result:
    """The targets of a rule as they were put, in that order."""
    rule = require_rule(ctx, params.get("EventBusName"), params["Rule"])
    after, size = start_after(params, 0), page_size(params)
    kept = ctx.tx.rows(_ALL, rule_key(ctx.scope, rule.bus, rule.name))
    found = [row for row in kept if row.position > after]
    return page("Targets", found, size, lambda row: [row.position], lambda row: orjson.loads(row.body))


@query("ListRuleNamesByTarget")
def list_rule_names_by_target(ctx: Query, params: Params) -> Result:
    """The names of the rules of a bus that have a target of this ARN, by name."""
    bus = bus_name(ctx.scope, params.get("EventBusName"))
    require_bus(ctx.tx, ctx.scope, bus)
    size = page_size(params)
    values = {
        **on_bus(ctx.scope, bus),
        "of_arn": params["TargetArn"],
        "after": start_after(params, ""),
        "most": size + 1,
    }
    found = [row.rule for row in ctx.tx.rows(_RULES_OF_TARGET, values)]
    return page("RuleNames", found, size, str, str)


def _row(rule: Row, position: int, target: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account": rule.account,
        "region": rule.region,
        "bus": rule.bus,
        "rule": rule.name,
        "id": target["Id"],
        "position": position,
        "arn": target["Arn"],
        "body": orjson.dumps(target).decode(),
    }
