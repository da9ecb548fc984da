"""Alarms: put, deleted, switched, set by hand.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and the pages
of the other operations beside it.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.tag_sets import NO_TAGS
from windsock.services.cloudwatch import alarm_history, alarm_rows
from windsock.services.cloudwatch.alarm_checks import check_composite, check_deletion, check_metric_alarm
from windsock.services.cloudwatch.alarm_settings import AlarmSettings
from windsock.services.cloudwatch.alarm_states import judge_composite, set_state
from windsock.services.cloudwatch.alarm_watch import AlarmWatch, arm, disarm
from windsock.services.cloudwatch.errors import InvalidFormat, ResourceNotFound
from windsock.services.cloudwatch.evaluation import INSUFFICIENT_DATA
from windsock.services.cloudwatch.tag_sets import with_tags
from windsock.store.statements import Row

_CREATED: Final = "Unchecked: Initial alarm creation"


@command("PutMetricAlarm")
def put_metric_alarm(ctx: Command, params: Params) -> Result:
    """Make an alarm, or put another in place of the one with its name, whose state it keeps."""
    check_metric_alarm(ctx.scope, params)
    row = _put(ctx, params, alarm_rows.METRIC)
    settings = AlarmSettings.of(ctx.scope, alarm_rows.body_of(row))
    ctx.engine.part(AlarmWatch).changed(ctx.tx)
    arm(ctx.engine, ctx.tx, ctx.scope, row.name, settings.step_ms)
    return {}


@command("PutCompositeAlarm")
def put_composite_alarm(ctx: Command, params: Params) -> Result:
    """Make a composite alarm, or put another in place of the one with its name."""
    names = {row.name for row in alarm_rows.of_scope(ctx.tx, ctx.scope)}
    check_composite(params, names)
    row = _put(ctx, params, alarm_rows.COMPOSITE)
    judge_composite(ctx.engine, ctx.tx, row)
    return {}


@command("DeleteAlarms")
def delete_alarms(ctx: Command, params: Params) -> Result:
    """Delete alarms: all of those named, or none if one of them is not there or must not go."""
    deleted = [_required(ctx, name) for name in dict.fromkeys(params["AlarmNames"])]
    check_deletion(deleted, alarm_rows.of_scope(ctx.tx, ctx.scope))
    for row in deleted:
        alarm_history.note_configuration(ctx.engine, ctx.tx, row, "Delete")
        alarm_rows.delete(ctx.tx, ctx.scope, row.name)
        disarm(ctx.engine, ctx.tx, ctx.scope, row.name)
    ctx.engine.part(AlarmWatch).changed(ctx.tx)
    return {}


@command("EnableAlarmActions")
def enable_alarm_actions(ctx: Command, params: Params) -> Result:
    """Have the actions of alarms done from now on; names that are not there are no error."""
    return _switch(ctx, params, on=True)


@command("DisableAlarmActions")
def disable_alarm_actions(ctx: Command, params: Params) -> Result:
    """Have the actions of alarms left undone; names that are not there are no error."""
    return _switch(ctx, params, on=False)


@command("SetAlarmState")
def set_alarm_state(ctx: Command, params: Params) -> Result:
    """Give an alarm a state until it is next evaluated; its actions follow as from any other change."""
    row = alarm_rows.find(ctx.tx, ctx.scope, params["AlarmName"])
    if row is None:
        raise ResourceNotFound("")
    data = None
    if params.get("StateReasonData"):
        try:
            data = orjson.loads(params["StateReasonData"])
        except orjson.JSONDecodeError as error:
            raise InvalidFormat("StateReasonData is not valid JSON.") from error
    set_state(ctx.engine, ctx.tx, row, params["StateValue"], params["StateReason"], data)
    return {}


def _required(ctx: Command, name: str) -> Row:
    row = alarm_rows.find(ctx.tx, ctx.scope, name)
    if row is None:
        raise ResourceNotFound(f"Alarms not found: {name}")
    return row


def _switch(ctx: Command, params: Params, *, on: bool) -> Result:
    for name in params["AlarmNames"]:
        row = alarm_rows.find(ctx.tx, ctx.scope, name)
        if row is not None:
            body = {**alarm_rows.body_of(row), "ActionsEnabled": on}
            alarm_rows.change(ctx.tx, row, body=orjson.dumps(body).decode())
    return {}


def _put(ctx: Command, params: Params, kind: str) -> Row:
    before = alarm_rows.find(ctx.tx, ctx.scope, params["AlarmName"])
    body: dict[str, Any] = {
        name: value
        for name, value in params.items()
        if name not in ("AlarmName", "Tags") and value is not None
    }
    values: dict[str, Any] = {
        "name": params["AlarmName"],
        "kind": kind,
        "body": orjson.dumps({"ActionsEnabled": True, **body}).decode(),
        "configured_ms": ctx.now_ms,
    }
    if before is None:
        values |= {
            "tags": with_tags(NO_TAGS, params.get("Tags") or ()),
            "state": INSUFFICIENT_DATA,
            "reason": _CREATED,
            "reason_data": None,
            "updated_ms": ctx.now_ms,
            "transitioned_ms": ctx.now_ms,
        }
        alarm_rows.put(ctx.tx, ctx.scope, values)
    else:
        alarm_rows.change(ctx.tx, before, **values)
    row = _required(ctx, params["AlarmName"])
    alarm_history.note_configuration(ctx.engine, ctx.tx, row, "Create" if before is None else "Update")
    return row
