"""Requests to function URLs: `http://<id>.lambda-url.<region>.<host>/` runs a function.

A request becomes an event in payload format 2.0, the function's answer the response. Whoever asks needs the
permissions lambda:InvokeFunctionUrl and lambda:InvokeFunction; a URL whose AuthType is AWS_IAM also wants a
signature, which is verified where IAM is enforced.
Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from windsock.engine.access_errors import AccessDenied
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.gateway import function_url_cors
from windsock.gateway.authentication import Authentication
from windsock.gateway.callers import caller_of
from windsock.gateway.credentials import read_credentials
from windsock.gateway.request import Request, Response
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.log import Log

if TYPE_CHECKING:
    from windsock.services.lambda_.urls import FunctionUrl

_HOST = re.compile(r"^(?P<id>[a-z0-9]{32})\.lambda-url\.(?P<region>[a-z0-9-]+)\.")
_JSON = {"content-type": "application/json"}
_TEXT = re.compile(r"text/.*|application/(?:.*\+)?(?:json|xml|javascript)")

log = Log(__name__)


def url_id_of(request: Request) -> str | None:
    """The id of the function URL a request is for; None for any other request."""
    found = _HOST.match(request.headers.get("host", "").lower())
    return found["id"] if found else None


async def answer(
    engine: Engine, authentication: Authentication | None, request: Request, url_id: str, source_ip: str
) -> Response:
    """Answer a request to a URL. Failures of its function are 502, a URL that is not there 404, as at AWS."""
    from windsock.services.lambda_.urls import find_url  # here: a start loads no services

    url = engine.store.read(lambda tx: find_url(tx, url_id))
    if url is None:
        return _message(404, None)
    asked_before = function_url_cors.preflight(url.cors, request)
    if asked_before is not None:
        return asked_before
    response = await _run(engine, authentication, request, url, url_id, source_ip)
    return function_url_cors.shared(url.cors, request, response)


async def _run(
    engine: Engine,
    authentication: Authentication | None,
    request: Request,
    url: FunctionUrl,
    url_id: str,
    source_ip: str,
) -> Response:
    """What the function of a URL answers to a request."""
    agent = request.headers.get("user-agent", "")
    caller = Caller.anonymous(source_ip, agent)
    if url.auth_type == "AWS_IAM":
        credentials = read_credentials(request)
        if not credentials.signed:
            return _forbidden()
        try:
            if authentication is not None:
                authentication.verify(request, credentials, "lambda", "InvokeFunctionUrl")
        except AwsError as error:
            return _message(403, error.message)
        caller = caller_of(engine, credentials, "lambda", source_ip=source_ip, user_agent=agent)
    event = _event(engine, request, url, url_id, source_ip)
    params: dict[str, Any] = {
        "FunctionName": url.function_arn,
        "Payload": orjson.dumps(event),
        "FunctionUrlAuthType": url.auth_type,
        "InvokedViaFunctionUrl": "true",
    }
    if url.qualifier:
        params["Qualifier"] = url.qualifier
    try:
        result = (
            await engine.call("lambda", "InvokeFunctionUrl", params, caller=caller, scope=url.scope) or {}
        )
    except AccessDenied:
        return _forbidden()
    except AwsError as error:
        return _message(429 if error.status == 429 else 502, "Internal Server Error")
    if result.get("FunctionError"):
        return _message(502, "Internal Server Error")
    try:
        return _response(result["Payload"])
    except (ValueError, TypeError, AttributeError) as error:
        log.warning("a function's answer is no response", function=url.function_arn, error=str(error))
        return _message(502, "Internal Server Error")


def _event(engine: Engine, request: Request, url: FunctionUrl, url_id: str, source_ip: str) -> dict[str, Any]:
    now = engine.clock.now_ms()
    body, encoded = _body(request)
    cookies = [each.strip() for each in request.headers.get("cookie", "").split(";") if each.strip()]
    query = {name: ",".join(values) for name, values in request.query_values.items()}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.raw_path,
        "rawQueryString": request.raw_query,
        "headers": dict(request.headers),
        "requestContext": {
            "accountId": "anonymous",
            "apiId": url_id,
            "domainName": request.headers.get("host", ""),
            "domainPrefix": url_id,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": request.headers.get("user-agent", ""),
            },
            "requestId": uuid4(),
            "routeKey": "$default",
            "stage": "$default",
            "time": to_datetime(now).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": now,
        },
        "isBase64Encoded": encoded,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = query
    if request.body:
        event["body"] = body
    return event


def _body(request: Request) -> tuple[str, bool]:
    """The body as text, or in base64 where it is none or says that it is none, as forms do at AWS."""
    if not request.media_type or _TEXT.fullmatch(request.media_type):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass  # it is none after all
    return base64.b64encode(request.body).decode(), True


def _response(payload: bytes) -> Response:
    """What a function answered: an object with a `statusCode`, or anything else as a JSON body.

    Raises ValueError, TypeError and AttributeError for an object that is no answer.
    """
    answered = orjson.loads(payload) if payload else None
    if not isinstance(answered, dict) or "statusCode" not in answered:
        body = answered.encode() if isinstance(answered, str) else payload
        return Response(200, _JSON, body)
    given: Mapping[str, Any] = answered.get("headers") or {}
    headers = {**_JSON, **{name.lower(): str(value) for name, value in given.items()}}
    body = answered.get("body", "")
    content = body if isinstance(body, str) else orjson.dumps(body).decode()
    decoded = (
        base64.b64decode(content, validate=True) if answered.get("isBase64Encoded") else content.encode()
    )
    return Response(int(answered["statusCode"]), headers, decoded, tuple(answered.get("cookies") or ()))


def _forbidden() -> Response:
    message = (
        "Forbidden. For troubleshooting Function URL authorization issues, see: "
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
    )
    headers = {**_JSON, "x-amzn-errortype": "AccessDeniedException"}
    return Response(403, headers, orjson.dumps({"Message": message}))


def _message(status: int, message: str | None) -> Response:
    return Response(status, _JSON, orjson.dumps({"Message": message}))
