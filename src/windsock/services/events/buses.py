"""Event buses. Every account has a `default` bus in every region, without anybody making it.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.events import bus_rows, rule_rows
from windsock.services.events.dead_letters import check_dead_letters
from windsock.services.events.errors import (
    LimitExceeded,
    ResourceAlreadyExists,
    ResourceNotFound,
    bus_not_found,
)
from windsock.services.events.limits import EVENT_BUSES
from windsock.services.events.names import DEFAULT_BUS, bus_arn, bus_name
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.rule_index import RuleIndex
from windsock.services.events.tag_sets import with_tags
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot


@command("CreateEventBus")
def create_event_bus(ctx: Command, params: Params) -> Result:
    """Make a custom bus. Partner buses need a partner's event source, of which there are none."""
    name: str = params["Name"]
    if name == DEFAULT_BUS or bus_rows.find(ctx.tx, ctx.scope, name) is not None:
        raise ResourceAlreadyExists(f"Event bus {name} already exists.")
    _check_name(name, params.get("EventSourceName"))
    check_dead_letters(ctx.scope, params.get("DeadLetterConfig"))
    if bus_rows.count(ctx.tx, ctx.scope) >= EVENT_BUSES:
        raise LimitExceeded
    tags = with_tags(NO_TAGS, params.get("Tags", ()))
    bus_rows.insert(ctx.tx, ctx.scope, name, ctx.now_ms, {**_settings(params), "tags": tags})
    return {"EventBusArn": bus_arn(ctx.scope, name), **_given(params)}


@command("UpdateEventBus")
def update_event_bus(ctx: Command, params: Params) -> Result:
    """Change what is given of a bus and leave the rest."""
    name = params.get("Name") or DEFAULT_BUS
    check_dead_letters(ctx.scope, params.get("DeadLetterConfig"))
    bus = touch_bus(ctx, name)
    merged = {**_answered_settings(bus), **_given(params)}
    bus_rows.change(ctx.tx, ctx.scope, name, ctx.now_ms, _settings(merged))
    return {"Arn": bus_arn(ctx.scope, name), "Name": name, **merged}


@command("DeleteEventBus")
def delete_event_bus(ctx: Command, params: Params) -> Result:
    """Delete a custom bus that has no rules. One that does not exist is no error."""
    name: str = params["Name"]
    if name == DEFAULT_BUS:
        raise ValidationError(f"Cannot delete event bus {name}.")
    if rule_rows.count(ctx.tx, ctx.scope, name):
        raise ValidationError("EventBus can't be deleted since it has rules.")
    bus_rows.remove(ctx.tx, ctx.scope, name)
    ctx.engine.part(RuleIndex).bus_deleted(ctx.scope, name)
    return None


@query("DescribeEventBus")
def describe_event_bus(ctx: Query, params: Params) -> Result:
    """A bus with its policy and settings."""
    name = bus_name(ctx.scope, params.get("Name"))
    bus = require_bus(ctx.tx, ctx.scope, name)
    return {**_listed(ctx.scope, name, bus), **_answered_settings(bus)}


@query("ListEventBuses")
def list_event_buses(ctx: Query, params: Params) -> Result:
    """The buses whose names begin with NamePrefix, by name."""
    prefix, after, size = params.get("NamePrefix", ""), start_after(params, ""), page_size(params)
    found = {bus.name: bus for bus in bus_rows.of_scope(ctx.tx, ctx.scope)}
    found.setdefault(DEFAULT_BUS, None)
    names = [name for name in sorted(found) if name.startswith(prefix) and name > after]
    return page(
        "EventBuses", names[: size + 1], size, str, lambda name: _listed(ctx.scope, name, found[name])
    )


def require_bus(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a bus that must exist (None: the default bus, unchanged). Raises ResourceNotFound."""
    bus = bus_rows.find(tx, scope, name)
    if bus is None and name != DEFAULT_BUS:
        raise bus_not_found(name)
    return bus


def bus_of_arn(tx: Snapshot, scope: Scope, given: str, parameter: str) -> str:
    """The name of the bus whose ARN a parameter is. Raises ValidationError or ResourceNotFound."""
    arn = parse_arn(given)
    if arn is None or arn.service != "events" or not arn.resource.startswith("event-bus/"):
        raise ValidationError(f"Parameter {parameter} is not valid. Reason: Must contain an event bus ARN.")
    name = arn.resource.removeprefix("event-bus/")
    if arn.scope != scope:
        raise bus_not_found(name)
    require_bus(tx, scope, name)
    return name


def touch_bus(ctx: Command, name: str) -> Row:
    """The row of a bus about to be changed, made if it is the default bus's. Raises ResourceNotFound."""
    bus = require_bus(ctx.tx, ctx.scope, name)
    if bus is None:
        bus_rows.insert(ctx.tx, ctx.scope, name, ctx.now_ms, {**_settings({}), "tags": NO_TAGS})
        bus = bus_rows.find(ctx.tx, ctx.scope, name)
    return bus


def _check_name(name: str, source: str | None) -> None:
    if source is not None:
        if source != name:
            raise ValidationError("Event bus name must match event source name.")
        raise ResourceNotFound(f"Event source {source} does not exist.")
    if name.startswith("aws."):
        raise ValidationError("EventBus name starting with 'aws.' is not valid.")
    if "/" in name:
        raise ValidationError("Event bus name must not contain '/'.")


# The settings of a bus: parameter, column, and whether it is a structure (kept as JSON).
_SETTINGS = (
    ("Description", "description", False),
    ("KmsKeyIdentifier", "kms_key", False),
    ("DeadLetterConfig", "dead_letter", True),
    ("LogConfig", "log_config", True),
)


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name, _, _ in _SETTINGS if name in params}


def _settings(params: Mapping[str, Any]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for name, column, is_structure in _SETTINGS:
        given = params.get(name)
        values[column] = orjson.dumps(given).decode() if is_structure and given is not None else given
    return values


def _answered_settings(bus: Row | None) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for name, column, is_structure in _SETTINGS:
        kept = getattr(bus, column, None)
        if kept:
            answer[name] = orjson.loads(kept) if is_structure else kept
    return answer


def _listed(scope: Scope, name: str, bus: Row | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"Name": name, "Arn": bus_arn(scope, name)}
    if bus is None:
        return answer
    answer["CreationTime"] = to_datetime(bus.created_ms)
    answer["LastModifiedTime"] = to_datetime(bus.modified_ms)
    if bus.description:
        answer["Description"] = bus.description
    if bus.policy:
        answer["Policy"] = bus.policy
    return answer
