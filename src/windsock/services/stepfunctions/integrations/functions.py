"""Lambda functions: by their ARN as the Resource, and by `lambda:invoke`.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import orjson

from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import trace_header, uuid4
from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations.named_services import LAMBDA
from windsock.services.stepfunctions.limits import FUNCTIONS_AT_ONCE
from windsock.services.stepfunctions.sdk_calls import http_metadata, scope_of
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_NO_FUNCTION: Final = (
    "1 validation error detected: Value null at 'functionName' failed to satisfy constraint: "
    "Member must not be null"
)

_NOT_FOUND: Final = "Function not found: "
# `arn:aws:lambda:us-east-1:111122223333:function:name`
_COLONS_OF_FUNCTION: Final = 6


@integration
class Function(Integration):
    """Invokes the function that the Resource is, with the task's arguments; its result is the task's."""

    resources = ("function",)

    async def request(self, work: Work) -> Any:
        arn = work.resource.arn
        payload = to_json(work.arguments).encode()
        answer = await _invoke(work, {"FunctionName": arn, "Payload": payload})
        return _payload(answer)


@integration
class Invoke(Integration):
    """Invokes a function as Invoke's parameters say, and shows what Invoke answers."""

    resources = ("lambda:invoke",)

    async def request(self, work: Work) -> Any:
        given = work.arguments if isinstance(work.arguments, Mapping) else {}
        params: dict[str, Any] = {name: each for name, each in given.items() if each is not None}
        if "Payload" in given:
            params["Payload"] = to_json(given["Payload"]).encode()
        if "FunctionName" not in params:
            raise WorkFailed(f"{LAMBDA.prefix}.{LAMBDA.exception}", _NO_FUNCTION)
        answer = await _invoke(work, params)
        shown = {"ExecutedVersion": answer.get("ExecutedVersion"), "StatusCode": answer["StatusCode"]}
        shown = {name: each for name, each in shown.items() if each is not None}
        if answer.get("Payload"):
            shown["Payload"] = _payload(answer)
        if "LogResult" in answer:
            shown["LogResult"] = answer["LogResult"]
        return {**shown, **_metadata(work, answer)}


class Places:
    """The places for tasks in functions: as many at once for each function."""

    def __init__(self, _engine: Engine) -> None:
        self._by_function: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, function: str) -> asyncio.Semaphore:
        """What to hold while a task runs in a function."""
        place = self._by_function.get(function)
        if place is None:
            place = self._by_function[function] = asyncio.Semaphore(FUNCTIONS_AT_ONCE)
        return place


async def _invoke(work: Work, params: dict[str, Any]) -> dict[str, Any]:
    try:
        async with work.engine.part(Places).of(str(params["FunctionName"])):
            answer = await work.engine.call(
                "lambda",
                "Invoke",
                params,
                caller=work.caller,
                scope=scope_of(params["FunctionName"], work.place),
                cause=work.cause,
            )
    except AwsError as error:
        raise LAMBDA.failure(_as_told(error)) from error
    answer = answer or {}
    if "FunctionError" in answer:
        raise _function_failure(answer["Payload"].decode(errors="replace"))
    return answer


def _as_told(error: AwsError) -> AwsError:
    """Step Functions names the version also of functions that were named without one."""
    named, _, arn = error.message.partition(_NOT_FOUND)
    if named or arn.count(":") != _COLONS_OF_FUNCTION:
        return error
    return AwsError(f"{error.message}:$LATEST", code=error.code, status=error.status)


def _payload(answer: dict[str, Any]) -> Any:
    payload = answer.get("Payload") or b"null"
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise WorkFailed("Lambda.Unknown", f"The function returned no JSON: {error}") from error


def _function_failure(payload: str) -> WorkFailed:
    """A function that ended in an error: its type is the error, its whole payload the cause."""
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        told = None
    name = told.get("errorType") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name:
        return WorkFailed(
            "Lambda.Unknown",
            "The cause could not be determined because Lambda did not return an error type. "
            f"Returned payload: {payload}",
        )
    return WorkFailed(name, payload)


def _metadata(work: Work, answer: dict[str, Any]) -> dict[str, Any]:
    payload = answer.get("Payload") or b""
    now = work.engine.clock.now_ms()
    headers = {
        "x-amzn-Remapped-Content-Length": "0",
        "Connection": "keep-alive",
        "x-amzn-RequestId": uuid4(),
        "Content-Length": str(len(payload)),
        "Date": format_datetime(to_datetime(now), usegmt=True),
        # Lambda gives each call a trace, whether or not it is sampled.
        "X-Amzn-Trace-Id": trace_header(now),
        "Content-Type": "application/json",
    }
    if "ExecutedVersion" in answer:
        headers = {"X-Amz-Executed-Version": answer["ExecutedVersion"], **headers}
    return {**http_metadata(headers), "StatusCode": answer["StatusCode"]}
