"""Rules: what to look for on a bus (an event pattern), or when to act by itself (a schedule).

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html and
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.events import rule_rows, scheduling
from windsock.services.events.archive_rules import disable_archive_of
from windsock.services.events.buses import require_bus
from windsock.services.events.errors import LimitExceeded, ManagedRule, rule_not_found
from windsock.services.events.limits import RULES_PER_BUS, WILDCARD_RULES_PER_BUS
from windsock.services.events.names import DEFAULT_BUS, bus_name
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.rule_checks import check_pattern, check_schedule, has_wildcard
from windsock.services.events.rule_index import RuleIndex, rule_arn
from windsock.services.events.tag_sets import with_tags
from windsock.store.statements import Row

ENABLED = "ENABLED"
DISABLED = "DISABLED"


@command("PutRule")
def put_rule(ctx: Command, params: Params) -> Result:
    """Make a rule, or replace one: what is not given is reset (the state to ENABLED), but tags stay."""
    bus, name = bus_name(ctx.scope, params.get("EventBusName")), params["Name"]
    pattern, schedule = params.get("EventPattern") or None, params.get("ScheduleExpression") or None
    require_bus(ctx.tx, ctx.scope, bus)
    if pattern is None and schedule is None:
        raise ValidationError("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    if schedule is not None:
        check_schedule(schedule, bus)
    if pattern is not None:
        check_pattern(pattern, name)
    existing = rule_rows.find(ctx.tx, ctx.scope, bus, name)
    if existing is not None:
        refuse_managed(ctx, existing)
    row = _row(ctx, bus, params, existing)
    _check_quotas(ctx, bus, name, is_new=existing is None, wildcard=bool(row["wildcard"]))
    rule_rows.put(ctx.tx, row)
    _follow(ctx, bus, name, schedule, row["state"])
    return {"RuleArn": rule_arn(ctx.scope, bus, name)}


@command("DeleteRule")
def delete_rule(ctx: Command, params: Params) -> Result:
    """Delete a rule without targets; one that is not there is no error."""
    bus, name = bus_name(ctx.scope, params.get("EventBusName")), params["Name"]
    require_bus(ctx.tx, ctx.scope, bus)
    rule = rule_rows.find(ctx.tx, ctx.scope, bus, name)
    if rule is None:
        return None
    refuse_managed(ctx, rule, force=params.get("Force", False))
    if rule_rows.targets_of(ctx.tx, rule):
        raise ValidationError("Rule can't be deleted since it has targets.")
    rule_rows.remove(ctx.tx, ctx.scope, bus, name)
    disable_archive_of(ctx.tx, ctx.scope, rule)
    _follow(ctx, bus, name, None, DISABLED)
    return None


@command("EnableRule")
def enable_rule(ctx: Command, params: Params) -> Result:
    """Let a rule act."""
    return _set_state(ctx, params, ENABLED)


@command("DisableRule")
def disable_rule(ctx: Command, params: Params) -> Result:
    """Keep a rule from acting."""
    return _set_state(ctx, params, DISABLED)


@query("DescribeRule")
def describe_rule(ctx: Query, params: Params) -> Result:
    """A rule, without its targets."""
    rule = require_rule(ctx, params.get("EventBusName"), params["Name"])
    return {**_listed(ctx.scope, rule), "CreatedBy": rule.created_by}


@query("ListRules")
def list_rules(ctx: Query, params: Params) -> Result:
    """The rules of a bus whose names begin with NamePrefix, by name."""
    bus = bus_name(ctx.scope, params.get("EventBusName"))
    require_bus(ctx.tx, ctx.scope, bus)
    prefix, after, size = params.get("NamePrefix", ""), start_after(params, ""), page_size(params)
    found = rule_rows.page_of(ctx.tx, ctx.scope, bus, prefix, after, size + 1)
    return page("Rules", found, size, lambda rule: rule.name, lambda rule: _listed(ctx.scope, rule))


def require_rule(ctx: Query | Command, given_bus: str | None, name: str) -> Row:
    """The row of a rule on the bus given by name or ARN. Raises ResourceNotFound for either."""
    bus = bus_name(ctx.scope, given_bus)
    require_bus(ctx.tx, ctx.scope, bus)
    rule = rule_rows.find(ctx.tx, ctx.scope, bus, name)
    if rule is None:
        raise rule_not_found(name, bus)
    return rule


def refuse_managed(ctx: Command, rule: Row, *, force: bool | None = None) -> None:
    """Raise ManagedRule when the rule is an AWS service's and the caller is none.

    `force` is the operation's Force parameter, None where it has none.
    """
    if rule.managed_by and not force and ctx.call.caller.kind != "service":
        raise ManagedRule(rule.name, force_helps=force is not None)


def _set_state(ctx: Command, params: Params, state: str) -> Result:
    rule = require_rule(ctx, params.get("EventBusName"), params["Name"])
    refuse_managed(ctx, rule)
    if rule.state != state:
        rule_rows.set_state(ctx.tx, rule, state, ctx.now_ms)
        _follow(ctx, rule.bus, rule.name, rule.schedule, state)
    return None


def _follow(ctx: Command, bus: str, name: str, schedule: str | None, state: str) -> None:
    """Have what goes by rules, the matcher and the timers, go by this one as it is now."""
    ctx.engine.part(RuleIndex).changed(ctx.scope, bus, name)
    if bus != DEFAULT_BUS:
        return
    if schedule is not None and state != DISABLED:
        scheduling.arm(ctx.engine, ctx.tx, ctx.scope, name, schedule)
    else:
        scheduling.disarm(ctx.engine, ctx.tx, ctx.scope, name)


def _row(ctx: Command, bus: str, params: Params, existing: Row | None) -> dict[str, Any]:
    caller = ctx.call.caller
    pattern = params.get("EventPattern") or None
    return {
        **ctx.scope.columns,
        "bus": bus,
        "name": params["Name"],
        "pattern": pattern,
        "wildcard": int(pattern is not None and has_wildcard(pattern)),
        "schedule": params.get("ScheduleExpression") or None,
        "state": params.get("State") or ENABLED,
        "description": params.get("Description"),
        "role_arn": params.get("RoleArn"),
        "managed_by": caller.principal if caller.kind == "service" else None,
        "created_by": caller.account,
        "tags": with_tags(NO_TAGS, params.get("Tags", ())) if existing is None else existing.tags,
        "changed_ms": ctx.now_ms,
    }


def _check_quotas(ctx: Command, bus: str, name: str, *, is_new: bool, wildcard: bool) -> None:
    allowed = ctx.engine.settings.rules_per_bus
    if is_new and rule_rows.count(ctx.tx, ctx.scope, bus) >= allowed:
        raise LimitExceeded
    if not wildcard:
        return
    others = rule_rows.count_other_wildcards(ctx.tx, ctx.scope, bus, name)
    if others >= WILDCARD_RULES_PER_BUS * allowed // RULES_PER_BUS:
        raise LimitExceeded


def _listed(scope: Scope, rule: Row) -> dict[str, Any]:
    listed = {
        "Name": rule.name,
        "Arn": rule_arn(scope, rule.bus, rule.name),
        "EventPattern": rule.pattern,
        "State": rule.state,
        "Description": rule.description,
        "ScheduleExpression": rule.schedule,
        "RoleArn": rule.role_arn,
        "ManagedBy": rule.managed_by,
        "EventBusName": rule.bus,
    }
    return {name: value for name, value in listed.items() if value is not None}
