"""Tags on buses and rules.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html and the pages of the
other operations beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import NO_TAGS, tag_list, without_tags
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import ValidationError
from windsock.services.events import bus_rows, rule_rows
from windsock.services.events.buses import require_bus, touch_bus
from windsock.services.events.errors import rule_not_found
from windsock.services.events.names import DEFAULT_BUS
from windsock.services.events.rules import refuse_managed
from windsock.services.events.tag_sets import with_tags
from windsock.store.statements import Row


@dataclass(frozen=True, slots=True)
class _Named:
    """What an ARN names: a rule of a bus, or with no rule the bus itself."""

    bus: str
    rule: str | None


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Add tags, or change the values of those that are there."""
    _change(ctx, params["ResourceARN"], lambda kept: with_tags(kept, params["Tags"]))
    return None


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Remove tags; keys that are not there are no error."""
    _change(ctx, params["ResourceARN"], lambda kept: without_tags(kept, params["TagKeys"]))
    return None


@query("ListTagsForResource")
def list_tags_for_resource(ctx: Query, params: Params) -> Result:
    """The tags of a bus or a rule."""
    named = _named(ctx, params["ResourceARN"])
    if named.rule is not None:
        return {"Tags": tag_list(_rule(ctx, named.bus, named.rule).tags)}
    bus = require_bus(ctx.tx, ctx.scope, named.bus)
    return {"Tags": tag_list(NO_TAGS if bus is None else bus.tags)}


def _change(ctx: Command, arn: str, change: Callable[[str], str]) -> None:
    named = _named(ctx, arn)
    if named.rule is None:
        kept = touch_bus(ctx, named.bus).tags
        bus_rows.set_tags(ctx.tx, ctx.scope, named.bus, change(kept))
        return
    rule = _rule(ctx, named.bus, named.rule)
    refuse_managed(ctx, rule)
    rule_rows.set_tags(ctx.tx, rule, change(rule.tags))


def _rule(ctx: Query | Command, bus: str, name: str) -> Row:
    rule = rule_rows.find(ctx.tx, ctx.scope, bus, name)
    if rule is None:
        raise rule_not_found(name, bus)
    return rule


def _named(ctx: Query | Command, given: str) -> _Named:
    """What an ARN of this account and region names. Raises ValidationError for any other."""
    arn = parse_arn(given)
    kind, _, path = arn.resource.partition("/") if arn is not None else ("", "", "")
    parse = _RESOURCES.get(kind)
    if arn is None or arn.service != "events" or arn.scope != ctx.scope or parse is None or not path:
        raise ValidationError(
            f"Parameter {given} is not valid. Reason: Provided Arn is not in correct format."
        )
    return parse(path)


def _rule_path(path: str) -> _Named:
    """`name` on the default bus, `bus/name` on another; names of partner buses have slashes of their own."""
    bus, _, rule = path.rpartition("/")
    return _Named(bus or DEFAULT_BUS, rule)


_RESOURCES: Final = {"event-bus": lambda path: _Named(path, None), "rule": _rule_path}
