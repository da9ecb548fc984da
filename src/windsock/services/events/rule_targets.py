"""The targets of rules.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html and the pages of the
other operations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.services.events import rule_rows
from windsock.services.events.buses import require_bus
from windsock.services.events.errors import LimitExceeded, ResourceNotFound
from windsock.services.events.limits import TARGETS_PER_RULE
from windsock.services.events.names import bus_name
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.rule_index import RuleIndex
from windsock.services.events.rules import refuse_managed, require_rule
from windsock.services.events.target_checks import check_targets


@command("PutTargets")
def put_targets(ctx: Command, params: Params) -> Result:
    """Add targets to a rule, or replace those of the same Id. All are taken or none."""
    given: Sequence[Mapping[str, Any]] = params["Targets"]
    rule = require_rule(ctx, params.get("EventBusName"), params["Rule"])
    refuse_managed(ctx, rule)
    check_targets(ctx.engine, ctx.scope, given)
    kept = rule_rows.targets_of(ctx.tx, rule)
    if len({row.id for row in kept} | {target["Id"] for target in given}) > TARGETS_PER_RULE:
        raise LimitExceeded
    first = kept[-1].position + 1 if kept else 1
    rule_rows.put_targets(ctx.tx, ctx.scope, rule.bus, rule.name, given, first)
    ctx.engine.part(RuleIndex).changed(ctx.scope, rule.bus, rule.name)
    return {"FailedEntryCount": 0, "FailedEntries": []}


@command("RemoveTargets")
def remove_targets(ctx: Command, params: Params) -> Result:
    """Remove targets by Id; an Id the rule does not have fails by itself."""
    rule = require_rule(ctx, params.get("EventBusName"), params["Rule"])
    refuse_managed(ctx, rule, force=params.get("Force", False))
    failed = [
        {
            "TargetId": target_id,
            "ErrorCode": ResourceNotFound.code,
            "ErrorMessage": f"Rule {rule.name} does not have a target with Id '{target_id}'.",
        }
        for target_id in params["Ids"]
        if not rule_rows.remove_target(ctx.tx, rule, target_id)
    ]
    ctx.engine.part(RuleIndex).changed(ctx.scope, rule.bus, rule.name)
    return {"FailedEntryCount": len(failed), "FailedEntries": failed}


@query("ListTargetsByRule")
def list_targets_by_rule(ctx: Query, params: Params) -> Result:
    """The targets of a rule as they were put, in that order."""
    rule = require_rule(ctx, params.get("EventBusName"), params["Rule"])
    after, size = start_after(params, 0), page_size(params)
    found = [row for row in rule_rows.targets_of(ctx.tx, rule) if row.position > after]
    return page("Targets", found, size, lambda row: [row.position], lambda row: orjson.loads(row.body))


@query("ListRuleNamesByTarget")
def list_rule_names_by_target(ctx: Query, params: Params) -> Result:
    """The names of the rules of a bus that have a target of this ARN, by name."""
    bus = bus_name(ctx.scope, params.get("EventBusName"))
    require_bus(ctx.tx, ctx.scope, bus)
    size, after = page_size(params), start_after(params, "")
    found = rule_rows.names_by_target(ctx.tx, ctx.scope, bus, params["TargetArn"], after, size + 1)
    return page("RuleNames", found, size, str, str)
