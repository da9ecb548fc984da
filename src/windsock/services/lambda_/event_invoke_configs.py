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
from windsock.services.lambda_.names import LATEST, FunctionName, function_named, parse_function
from windsock.services.lambda_.qualified_settings import Settings
from windsock.services.lambda_.qualifiers import require_qualifier
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

SETTINGS: Final = Settings("event-invoke-config", no_function="The function doesn't exist.")
_MEMBERS: Final = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
_DESTINATIONS: Final = frozenset({"sqs", "sns", "lambda", "events"})


@command("PutFunctionEventInvokeConfig")
def put_function_event_invoke_config(ctx: Command, params: Params) -> Result:
    """Set the configuration of a function, version or alias, replacing what was set."""
    named = _named(ctx.tx, ctx, params)
    row = SETTINGS.put(ctx.tx, named, _given(ctx.tx, named, params), ctx.now_ms)
    return _told(named, row)


@command("UpdateFunctionEventInvokeConfig")
def update_function_event_invoke_config(ctx: Command, params: Params) -> Result:
    """Change what is given of the configuration that is there."""
    named = _named(ctx.tx, ctx, params)
    kept = orjson.loads(_require(ctx.tx, named).settings)
    row = SETTINGS.put(ctx.tx, named, kept | _given(ctx.tx, named, params), ctx.now_ms)
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
    SETTINGS.require_qualifier(tx, named)
    return named


def _given(tx: Snapshot, named: FunctionName, params: Params) -> dict[str, Any]:
    given = {member: params[member] for member in _MEMBERS if params.get(member) is not None}
    if not given:
        raise InvalidParameterValue("You must specify at least one of error handling or destination setting.")
    if "DestinationConfig" in given:
        given["DestinationConfig"] = {"OnSuccess": {}, "OnFailure": {}, **given["DestinationConfig"]}
        _check_destinations(tx, named, given["DestinationConfig"])
    return given


def _check_destinations(tx: Snapshot, named: FunctionName, config: Mapping[str, Mapping[str, str]]) -> None:
    for destination in (config[outcome].get("Destination") for outcome in ("OnSuccess", "OnFailure")):
        if not destination:
            continue
        arn = parse_arn(destination)
        if arn is None or arn.service not in _DESTINATIONS:
            raise InvalidParameterValue(f"The provided destination config {_in_java(config)} is invalid.")
        if destination == named.unqualified_arn:
            raise InvalidParameterValue("You can't specify the function as a destination for itself.")
        if arn.service == "lambda":
            _check_function(tx, named, destination)


def _check_function(tx: Snapshot, named: FunctionName, destination: str) -> None:
    try:
        require_qualifier(tx, parse_function(named.scope, destination))
    except ResourceNotFound:
        raise InvalidParameterValue(f"The destination ARN {destination} is invalid.") from None


def _in_java(config: Mapping[str, Mapping[str, str]]) -> str:
    """A configuration as Lambda's errors show it."""
    success, failure = (
        f"{outcome}(destination={config[outcome]['Destination']})"
        if config[outcome].get("Destination")
        else "null"
        for outcome in ("OnSuccess", "OnFailure")
    )
    return f"DestinationConfig(onSuccess={success}, onFailure={failure})"


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
