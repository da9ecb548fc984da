"""Event source mappings: from a queue to a function. Queues of SQS are the sources there are.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and its siblings.
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.lambda_ import event_source_rows
from windsock.services.lambda_.errors import (
    InvalidParameterValue,
    ResourceConflict,
    no_such_resource,
)
from windsock.services.lambda_.event_source_settings import checked_settings
from windsock.services.lambda_.execution_role import as_function
from windsock.services.lambda_.function_rows import find_function
from windsock.services.lambda_.limits import MAPPINGS_PAGE_SIZE
from windsock.services.lambda_.names import FunctionName, parse_function
from windsock.services.lambda_.pages import page, page_size, start_after
from windsock.services.lambda_.qualifiers import version_of
from windsock.services.lambda_.sqs_polling import begin_polling, end_polling
from windsock.services.lambda_.tag_rules import checked_tags
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot, Transaction


@waiting("CreateEventSourceMapping")
async def create_event_source_mapping(ctx: Context, params: Params) -> Result:
    """Map a queue to a function; it polls at once unless `Enabled` is false."""
    source = _queue(params.get("EventSourceArn"))
    settings = checked_settings(source, {}, params)
    function = parse_function(ctx.scope, params["FunctionName"])
    timeout = ctx.engine.store.read(lambda tx: _timeout(tx, function))
    await _check_queue(ctx, function, source, timeout)
    return await ctx.engine.store.write(lambda tx: _create(ctx, tx, function, source, settings, params))


@query("GetEventSourceMapping")
def get_event_source_mapping(ctx: Query, params: Params) -> Result:
    """A mapping."""
    row = _require(ctx.tx, ctx.scope, params["UUID"])
    return _told_at_rest(row)


@query("ListEventSourceMappings")
def list_event_source_mappings(ctx: Query, params: Params) -> Result:
    """The mappings, all or those of a function or of a source."""
    (after,) = start_after(params, [""])
    size = page_size(params, MAPPINGS_PAGE_SIZE)
    given = params.get("FunctionName")
    function = parse_function(ctx.scope, given) if given else None
    source = params.get("EventSourceArn")
    rows = [
        row
        for row in event_source_rows.all_mappings(ctx.tx, ctx.scope)
        if row.uuid > after
        and (source is None or row.source == source)
        and (function is None or (row.function, row.qualifier) == (function.name, function.qualifier or ""))
    ]
    return page("EventSourceMappings", rows[: size + 1], size, lambda row: [row.uuid], _told_at_rest)


@command("UpdateEventSourceMapping")
def update_event_source_mapping(ctx: Command, params: Params) -> Result:
    """Change what is given of a mapping; it polls by the new settings from now on."""
    uuid: str = params["UUID"]
    kept = _require(ctx.tx, ctx.scope, uuid)
    settings = checked_settings(_queue(kept.source), orjson.loads(kept.settings), params)
    function = FunctionName(ctx.scope, kept.function, kept.qualifier or None)
    if params.get("FunctionName"):
        function = parse_function(ctx.scope, params["FunctionName"])
        _timeout(ctx.tx, function)
    enabled = bool(kept.enabled if params.get("Enabled") is None else params["Enabled"])
    event_source_rows.put_mapping(
        ctx.tx,
        ctx.scope,
        uuid,
        function=function.name,
        qualifier=function.qualifier or "",
        source=kept.source,
        enabled=enabled,
        settings=settings,
        tags={},
        now_ms=ctx.now_ms,
    )
    end_polling(ctx.engine, ctx.tx, uuid)
    if enabled:
        begin_polling(ctx.engine, ctx.tx, ctx.scope, uuid)
    state = {(0, True): "Enabling", (1, False): "Disabling"}.get((kept.enabled, enabled), "Updating")
    return _told(_require(ctx.tx, ctx.scope, uuid), state)


@command("DeleteEventSourceMapping")
def delete_event_source_mapping(ctx: Command, params: Params) -> Result:
    """Delete a mapping; the batches under way are finished."""
    row = _require(ctx.tx, ctx.scope, params["UUID"])
    event_source_rows.delete_mapping(ctx.tx, ctx.scope, row.uuid)
    end_polling(ctx.engine, ctx.tx, row.uuid)
    return _told(row, "Deleting")


def _create(
    ctx: Context,
    tx: Transaction,
    function: FunctionName,
    source: Arn,
    settings: dict[str, Any],
    params: Params,
) -> dict[str, Any]:
    for row in event_source_rows.all_mappings(tx, ctx.scope):
        if (row.source, row.function, row.qualifier) == (
            str(source),
            function.name,
            function.qualifier or "",
        ):
            raise ResourceConflict(
                f'An event source mapping with SQS arn (" {source} ") and function (" {function.name} ") '
                f"already exists. Please update or delete the existing mapping with UUID {row.uuid}"
            )
    uuid = uuid4()
    enabled = params.get("Enabled") is not False
    event_source_rows.put_mapping(
        tx,
        ctx.scope,
        uuid,
        function=function.name,
        qualifier=function.qualifier or "",
        source=str(source),
        enabled=enabled,
        settings=settings,
        tags=checked_tags({}, params.get("Tags") or {}),
        now_ms=ctx.now_ms,
    )
    if enabled:
        begin_polling(ctx.engine, tx, ctx.scope, uuid)
    return _told(_require(tx, ctx.scope, uuid), "Creating")


def _queue(source: str | None) -> Arn:
    arn = parse_arn(source) if source else None
    if arn is None:
        raise InvalidParameterValue("Unrecognized event source.")
    if arn.service != "sqs":
        raise InvalidParameterValue(
            f"Unrecognized event source. windsock polls queues of SQS, and nothing of {arn.service} yet: "
            f"{source}"
        )
    return arn


def _timeout(tx: Snapshot, function: FunctionName) -> int:
    """The timeout of the function that is mapped. Raises InvalidParameterValue if it is not there."""
    if find_function(tx, function) is None:
        raise InvalidParameterValue("Function does not exist")
    timeout: int = orjson.loads(version_of(tx, function).configuration)["Timeout"]
    return timeout


async def _check_queue(ctx: Context, function: FunctionName, source: Arn, function_seconds: int) -> None:
    try:
        answer = await ctx.engine.call(
            "sqs",
            "GetQueueAttributes",
            {"QueueUrl": f"/{source.account}/{source.resource}", "AttributeNames": ["VisibilityTimeout"]},
            caller=as_function(ctx.engine, function),
            scope=source.scope,
        )
    except AwsError as error:
        code = "AWS.SimpleQueueService.NonExistentQueue" if error.code == "QueueDoesNotExist" else error.code
        raise InvalidParameterValue(
            f"Error occurred while ReceiveMessage. SQS Error Code: {code}. SQS Error Message: {error.message}"
        ) from error
    visibility = int((answer or {})["Attributes"]["VisibilityTimeout"])
    if visibility < function_seconds:
        raise InvalidParameterValue(
            f"Queue visibility timeout: {visibility} seconds is less than Function timeout: "
            f"{function_seconds} seconds"
        )


def _require(tx: Snapshot, scope: Scope, uuid: str) -> Row:
    row = event_source_rows.find_mapping(tx, scope, uuid)
    if row is None:
        raise no_such_resource()
    return row


def _told_at_rest(row: Row) -> dict[str, Any]:
    return _told(row, "Enabled" if row.enabled else "Disabled")


def _told(row: Row, state: str) -> dict[str, Any]:
    scope = Scope(row.account, row.region)
    return {
        "UUID": row.uuid,
        "EventSourceArn": row.source,
        "EventSourceMappingArn": scope.arn("lambda", f"event-source-mapping:{row.uuid}"),
        "FunctionArn": FunctionName(scope, row.function, row.qualifier or None).arn,
        "FunctionResponseTypes": [],
        **orjson.loads(row.settings),
        "LastModified": to_datetime(row.modified_ms),
        "State": state,
        "StateTransitionReason": "USER_INITIATED",
    }
