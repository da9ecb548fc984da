"""Activities: made, shown, listed and deleted.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html and the pages
of the other operations beside it.
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions import activity_rows
from windsock.services.stepfunctions.errors import (
    ActivityAlreadyExists,
    ActivityDoesNotExist,
    ActivityLimitExceeded,
)
from windsock.services.stepfunctions.limits import ACTIVITIES
from windsock.services.stepfunctions.machine_settings import ENCRYPTION, checked_encryption
from windsock.services.stepfunctions.names import activity_arn, activity_named, check_name
from windsock.services.stepfunctions.pages import page, page_size, start_after
from windsock.services.stepfunctions.tag_sets import with_tags
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot


@command("CreateActivity")
def create_activity(ctx: Command, params: Params) -> Result:
    """Make an activity; a repeat of the same request answers the activity that is there, its tags ignored."""
    name = params["name"]
    check_name(name)
    settings = {ENCRYPTION: checked_encryption(params[ENCRYPTION])} if ENCRYPTION in params else {}
    text = orjson.dumps(settings, option=orjson.OPT_SORT_KEYS).decode()
    row = activity_rows.find(ctx.tx, ctx.scope, name)
    if row is not None:
        if row.settings != text:
            raise ActivityAlreadyExists(activity_arn(ctx.scope, name))
        return _made(ctx.scope, name, row.created_ms)
    if activity_rows.count(ctx.tx, ctx.scope) >= ACTIVITIES:
        raise ActivityLimitExceeded(ACTIVITIES)
    values = {
        "name": name,
        "created_ms": ctx.now_ms,
        "settings": text,
        "tags": with_tags(NO_TAGS, params.get("tags", ())),
    }
    activity_rows.add(ctx.tx, ctx.scope, values)
    return _made(ctx.scope, name, ctx.now_ms)


@query("DescribeActivity")
def describe_activity(ctx: Query, params: Params) -> Result:
    """An activity."""
    scope, name = activity_named(params["activityArn"])
    row = require_activity(ctx.tx, scope, name)
    return {**_listed(scope, row), **orjson.loads(row.settings)}


@query("ListActivities")
def list_activities(ctx: Query, params: Params) -> Result:
    """All activities, by name."""
    (after,) = start_after(params, [""])
    size = page_size(params)
    rows = activity_rows.after(ctx.tx, ctx.scope, after, size + 1)
    return page("activities", rows, size, lambda row: str(row.name), lambda row: _listed(ctx.scope, row))


@command("DeleteActivity")
def delete_activity(ctx: Command, params: Params) -> Result:
    """Delete an activity; one that is not there is no error."""
    scope, name = activity_named(params["activityArn"])
    activity_rows.remove(ctx.tx, scope, name)
    return {}


def require_activity(tx: Snapshot, scope: Scope, name: str) -> Row:
    """The row of an activity. Raises ActivityDoesNotExist."""
    row = activity_rows.find(tx, scope, name)
    if row is None:
        raise ActivityDoesNotExist(activity_arn(scope, name))
    return row


def _made(scope: Scope, name: str, created_ms: int) -> dict[str, Any]:
    return {"activityArn": activity_arn(scope, name), "creationDate": to_datetime(created_ms)}


def _listed(scope: Scope, row: Row) -> dict[str, Any]:
    return {**_made(scope, row.name, row.created_ms), "name": row.name}
