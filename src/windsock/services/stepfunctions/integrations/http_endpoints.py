"""HTTP Tasks: a request to any server, authorised by an EventBridge connection.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from windsock.engine.http_client import HttpAnswer, HttpClient, HttpFailure, HttpRequest
from windsock.kernel.errors import AwsError
from windsock.languages.values import to_json
from windsock.services.stepfunctions.limits import HTTP_TASK_SECONDS
from windsock.services.stepfunctions.sdk_calls import scope_of
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration

_AGENT: Final = "Amazon|StepFunctions|HttpInvoke"
_FORM: Final = "application/x-www-form-urlencoded"
_NOTHING: Final[Mapping[str, Any]] = {"Headers": {}, "Query": {}, "Body": {}}
_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")

STATUS: Final = "States.Http.StatusCode"
"""The beginning of the name of an error that a status is."""


@integration
class HttpInvoke(Integration):
    """Sends a request; an answer that is no success fails the task, by its status."""

    resources = ("http:invoke",)

    async def request(self, work: Work) -> Any:
        return outcome((await exchange(work)).answer, STATUS)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it was sent, the same without what the connection added to it, and what was answered."""

    sent: HttpRequest
    written: HttpRequest
    answer: HttpAnswer


async def exchange(work: Work) -> Exchange:
    """Send the request of an HTTP Task. Raises WorkFailed when there is no answer."""
    given = work.arguments if isinstance(work.arguments, Mapping) else {}
    sent = _request(given, await _authorization(work, given))
    try:
        answer = await work.engine.part(HttpClient).send(sent, HTTP_TASK_SECONDS)
    except HttpFailure as failure:
        if failure.timed_out:
            raise WorkFailed("States.Timeout", f"The server gave {failure}.") from failure
        raise WorkFailed("States.Http.Socket", str(failure)) from failure
    return Exchange(sent, _request(given, _NOTHING), answer)


def outcome(answer: HttpAnswer, error: str) -> dict[str, Any]:
    """What a task gets of an answer. Raises WorkFailed, named after the status, when it is no success."""
    body = _body(answer)
    if not 200 <= answer.status < 300:
        raise WorkFailed(f"{error}.{answer.status}", body if isinstance(body, str) else to_json(body))
    return {
        "Headers": {name: [value] for name, value in answer.headers.items()},
        "ResponseBody": body,
        "StatusCode": answer.status,
        "StatusText": status_text(answer.status),
    }


def status_text(status: int) -> str:
    """The phrase that goes with a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def url_of(endpoint: str, query: Mapping[str, Any]) -> str:
    """An endpoint with its query; a parameter may have several values."""
    pairs = [
        (name, _text(each))
        for name, value in query.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    if not pairs:
        return endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(pairs, quote_via=quote)}"


async def _authorization(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the connection adds: Headers, Query and Body."""
    holder = given.get("Authentication") or given.get("InvocationConfig") or {}
    connection = holder.get("ConnectionArn")
    if not isinstance(connection, str):
        raise WorkFailed("States.Runtime", "The HTTP Task needs the ConnectionArn of its Authentication.")
    try:
        answer = await work.engine.call(
            "events",
            "PrepareConnection",
            {"ConnectionArn": connection},
            caller=work.caller,
            scope=scope_of(connection, work.place),
            cause=work.cause,
        )
    except AwsError as error:
        raise WorkFailed("Events.ConnectionResource.InvalidConnectionState", error.message) from error
    return answer or {}


def _request(given: Mapping[str, Any], added: Mapping[str, Any]) -> HttpRequest:
    endpoint, method = given.get("ApiEndpoint"), given.get("Method")
    if not isinstance(endpoint, str) or method not in _METHODS:
        raise WorkFailed("States.Runtime", "The HTTP Task needs an ApiEndpoint and a Method.")
    headers = {"Content-Type": "application/json", **_texts(given.get("Headers")), **added["Headers"]}
    body = given.get("RequestBody")
    if added["Body"]:
        body = {**(body if isinstance(body, Mapping) else {}), **added["Body"]}
    content = b"" if body is None else _encoded(given, headers, body)
    query = {**(given.get("QueryParameters") or {}), **added["Query"]}
    return HttpRequest(
        method,
        url_of(endpoint, query),
        {**headers, "User-Agent": _AGENT, "Range": "bytes=0-262144"},
        content,
    )


def _encoded(given: Mapping[str, Any], headers: dict[str, str], body: Any) -> bytes:
    """A body as text or, if the task says so, as a form; the headers then tell that."""
    transform = given.get("Transform") or {}
    if transform.get("RequestBodyEncoding") != "URL_ENCODED" or not isinstance(body, Mapping):
        return (body if isinstance(body, str) else to_json(body)).encode()
    headers["Content-Type"] = _FORM
    pairs: list[tuple[str, str]] = []
    for name, value in body.items():
        pairs += _pairs(name, value, (transform.get("RequestEncodingOptions") or {}).get("ArrayFormat"))
    return urlencode(pairs).encode()


def _pairs(name: str, value: Any, form: str | None) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        return [(name, _text(value))]
    if form == "COMMAS":
        return [(name, ",".join(map(_text, value)))]
    if form == "BRACKETS":
        return [(f"{name}[]", _text(each)) for each in value]
    if form == "REPEAT":
        return [(name, _text(each)) for each in value]
    return [(f"{name}[{at}]", _text(each)) for at, each in enumerate(value)]


def _texts(given: Any) -> dict[str, str]:
    return {name: _text(each) for name, each in (given or {}).items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)


def _body(answer: HttpAnswer) -> Any:
    """The body of an answer: parsed if it says that it is JSON, else as text."""
    if "json" in answer.headers.get("content-type", ""):
        try:
            return orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return answer.body.decode(errors="replace")
    return answer.body.decode(errors="replace")
