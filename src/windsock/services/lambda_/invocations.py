"""Invoking functions.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.services.lambda_.errors import InvalidRequestContent, RequestTooLarge
from windsock.services.lambda_.function_rows import require_invoked
from windsock.services.lambda_.limits import ASYNCHRONOUS_PAYLOAD, LOG_TAIL, SYNCHRONOUS_PAYLOAD
from windsock.services.lambda_.names import function_named
from windsock.services.lambda_.qualifiers import version_of
from windsock.services.lambda_.runs import FunctionRuns


@waiting("Invoke")
async def invoke(ctx: Context, params: Params) -> Result:
    """Run a function and answer its result, queue the event (`Event`), or only check (`DryRun`)."""
    kind = params.get("InvocationType") or "RequestResponse"
    most = ASYNCHRONOUS_PAYLOAD if kind == "Event" else SYNCHRONOUS_PAYLOAD
    payload = _checked_payload(params.get("Payload"), kind, most)
    return await _KINDS[kind](ctx, params, payload)


@waiting("InvokeAsync")
async def invoke_async(ctx: Context, params: Params) -> Result:
    """The deprecated form of Invoke with the type Event."""
    payload = _checked_payload(params["InvokeArgs"], "Event", ASYNCHRONOUS_PAYLOAD)
    await _queue(ctx, {"FunctionName": params["FunctionName"]}, payload)
    return {"Status": 202}


@waiting("InvokeFunctionUrl")
async def invoke_function_url(ctx: Context, params: Params) -> Result:
    """Run a function for a request to its URL: `FunctionName`, `Qualifier`, `Payload`.

    No operation of AWS's API, and unreachable from outside: the gateway makes this call, which needs the
    permission that AWS has for it. `FunctionUrlAuthType` and `InvokedViaFunctionUrl` are for its conditions.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    return await _run(ctx, params, params["Payload"])


async def _run(ctx: Context, params: Params, payload: bytes) -> dict[str, Any]:
    named = function_named(ctx.scope, params)
    client_context = _checked_client_context(params.get("ClientContext"))
    run = await ctx.engine.part(FunctionRuns).run(named, ctx.call.request_id, payload, client_context)
    answer: dict[str, Any] = {
        "StatusCode": 200,
        "ExecutedVersion": run.version,
        "Payload": run.outcome.payload,
    }
    if run.outcome.error:
        answer["FunctionError"] = run.outcome.error
    if params.get("LogType") == "Tail":
        answer["LogResult"] = base64.b64encode(run.outcome.log.encode()[-LOG_TAIL:]).decode()
    return answer


async def _queue(ctx: Context, params: Params, payload: bytes) -> dict[str, Any]:
    await ctx.engine.call(
        "lambda",
        "AcceptEvent",
        {
            "FunctionName": params["FunctionName"],
            "Qualifier": params.get("Qualifier"),
            "Payload": payload,
            "RequestId": ctx.call.request_id,
        },
        caller=ctx.call.caller,
        scope=ctx.scope,
        cause=ctx.call.cause,
        completes=ctx.call.completes,
    )
    return {"StatusCode": 202, "Payload": b""}


async def _check(ctx: Context, params: Params, _payload: bytes) -> dict[str, Any]:
    named = function_named(ctx.scope, params)
    ctx.engine.store.read(lambda tx: require_invoked(tx, named) and version_of(tx, named))
    return {"StatusCode": 204, "Payload": b""}


_KINDS: Final[dict[str, Callable[[Context, Params, bytes], Awaitable[dict[str, Any]]]]] = {
    "RequestResponse": _run,
    "Event": _queue,
    "DryRun": _check,
}


def _checked_payload(given: bytes | None, kind: str, most: int) -> bytes:
    """The event to pass on; no payload is an empty object."""
    if not given:
        return b"{}"
    if len(given) > most:
        raise RequestTooLarge(
            f"{len(given)} byte payload is too large for the {kind} invocation type (limit {most} bytes)"
        )
    try:
        orjson.loads(given)
    except orjson.JSONDecodeError as error:
        raise InvalidRequestContent(
            f"Could not parse request body into json: Could not parse payload into json: {error}"
        ) from error
    return given


def _checked_client_context(given: str | None) -> str:
    """What the function is to be told of the client: an object as JSON, in base64; empty for nothing."""
    if not given:
        return ""
    try:
        context = orjson.loads(base64.b64decode(given, validate=True))
    except ValueError:
        context = None
    if not isinstance(context, dict):
        raise InvalidRequestContent("Client context must be a valid Base64-encoded JSON object.")
    return given
