"""How asynchronous invocations are retried, and where their records go.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html and its siblings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime
from windsock.services.lambda_.errors import InvalidParameterValue, ResourceNotFound
from windsock.services.lambda_.function_rows import find_function
from windsock.services.lambda_.names import LATEST, FunctionName, function_named
from windsock.services.lambda_.qualified_settings import Settings
from windsock.services.lambda_.qualifiers import require_qualifier
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

SETTINGS: Final = Settings("event-invoke-config")
_MEMBERS: Final = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
_DESTINATIONS: Final = frozenset({"sqs", "sns", "lambda", "events"})


@command("PutFunctionEventInvokeConfig")
def put_function_event_invoke_config(ctx: Command, params: Params) -> Result:
    """Set the configuration of a function, version or alias, replacing what was set."""
    named = _named(ctx.tx, ctx, params)
    row = SETTINGS.put(ctx.tx, named, _given(named, params), ctx.now_ms)
    return _told(named, row)


@command("UpdateFunctionEventInvokeConfig")
def update_function_event_invoke_config(ctx: Command, params: Params) -> Result:
    """Change what is given of the configuration that is there."""
    named = _named(ctx.tx, ctx, params)
    kept = orjson.loads(_require(ctx.tx, named).settings)
    row = SETTINGS.put(ctx.tx, named, kept | _given(named, params), ctx.now_ms)
    return _told(named, row)


@query("GetFunctionEventInvokeConfig")
def get_function_event_invoke_config(ctx: Query, params: Params) -> Result:
    """The configuration of a function, version or alias."""
    named = function_named(ctx.scope, params)
    return _told(named, _require(ctx.tx, named))


@command("DeleteFunctionEventInvokeConfig")
def delete_function_event_invoke_config(ctx: Command, params: Params) -> Result:
    """Go back to the defaults."""
    named = function_named(ctx.scope, params)
    _require(ctx.tx, named)
    SETTINGS.delete(ctx.tx, named)
    return None


@query("ListFunctionEventInvokeConfigs")
def list_function_event_invoke_configs(ctx: Query, params: Params) -> Result:
    """The configurations of a function's qualifiers."""
    return SETTINGS.listed(ctx, params, "FunctionEventInvokeConfigs", _told)


def event_invoke_config(tx: Snapshot, named: FunctionName) -> Mapping[str, Any]:
    """What is set for the qualifier an event was sent to; empty for the defaults."""
    row = SETTINGS.find(tx, named)
    settings: Mapping[str, Any] = {} if row is None else orjson.loads(row.settings)
    return settings


def _named(tx: Snapshot, ctx: Command, params: Params) -> FunctionName:
    named = function_named(ctx.scope, params)
    if find_function(tx, named) is None:
        raise ResourceNotFound(f"The function {_arn(named)} doesn't exist")
    require_qualifier(tx, named)
    return named


def _given(named: FunctionName, params: Params) -> dict[str, Any]:
    given = {member: params[member] for member in _MEMBERS if params.get(member) is not None}
    if not given:
        raise InvalidParameterValue("You must specify at least one of error handling or destination setting.")
    for outcome in ("OnSuccess", "OnFailure"):
        _check_destination(named, given.get("DestinationConfig", {}).get(outcome, {}).get("Destination"))
    return given


def _check_destination(named: FunctionName, destination: str | None) -> None:
    if not destination:
        return
    arn = parse_arn(destination)
    if arn is None or arn.service not in _DESTINATIONS:
        raise InvalidParameterValue(
            f"The destination ARN {destination} is invalid. windsock delivers records to SQS queues, SNS "
            "topics, functions and event buses."
        )
    if destination == named.unqualified_arn:
        raise InvalidParameterValue("You can't specify the function as a destination for itself.")


def _require(tx: Snapshot, named: FunctionName) -> Row:
    row = SETTINGS.find(tx, named)
    if row is None:
        raise ResourceNotFound(f"The function {_arn(named)} doesn't have an EventInvokeConfig")
    return row


def _arn(named: FunctionName) -> str:
    return named.with_qualifier(named.qualifier or LATEST)


def _told(named: FunctionName, row: Row) -> dict[str, Any]:
    return {
        "LastModified": to_datetime(row.modified_ms),
        "FunctionArn": named.with_qualifier(row.qualifier),
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
        **orjson.loads(row.settings),
    }
