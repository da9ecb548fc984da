"""The door: an HTTP request becomes a call, and its result or error the response.

One ASGI application, without a framework: the paths below `/_windsock/` are windsock's own, all
others are AWS's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from windsock.engine.calls import Call, Caller
from windsock.engine.engine import Engine
from windsock.gateway.control import Control
from windsock.gateway.credentials import Credentials, read_credentials
from windsock.gateway.identify import Unidentified, identify
from windsock.gateway.protocols import CODECS
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError, RequestTooLarge
from windsock.kernel.ids import uuid4
from windsock.kernel.limits import MAX_REQUEST_BODY
from windsock.kernel.scope import Scope

Scopes = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

CONTROL_PREFIX = "/_windsock/"


class ClientGone(Exception):
    """The client went away before its request was complete."""


class Gateway:
    """The ASGI application."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._control = Control(engine)

    async def __call__(self, scope: Scopes, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            request = await _read(scope, receive)
        except ClientGone:
            return
        except RequestTooLarge as error:
            await _write(send, CODECS["query"].serialize_error(None, None, error, uuid4()))
            return
        if request.path.startswith(CONTROL_PREFIX):
            response = await self._control.answer(request)
        else:
            response = await self._answer(request, scope)
        await _write(send, response)

    async def _answer(self, request: Request, scope: Scopes) -> Response:
        request_id = uuid4()
        try:
            credentials = read_credentials(request)
            identified = identify(request, credentials)
        except AwsError as error:
            return CODECS["query"].serialize_error(None, None, error, request_id)
        except Unidentified as unknown:
            return unknown.response(request_id)
        codec, service, operation = identified.codec, identified.service, identified.operation
        try:
            call = Call(
                service,
                operation.name,
                identified.parse(),
                _caller(credentials, request, scope),
                Scope(credentials.account, credentials.region),
                request_id,
                endpoint=self._endpoint(request),
            )
            result = await self._engine.chain.dispatch(call)
        except AwsError as error:
            return codec.serialize_error(operation, service, error, request_id)
        return codec.serialize(operation, result or {}, request_id)

    def _endpoint(self, request: Request) -> str:
        host = request.headers.get("host")
        return f"http://{host}" if host else self._engine.settings.endpoint


def _caller(credentials: Credentials, request: Request, scope: Scopes) -> Caller:
    return Caller(
        "account",
        credentials.account,
        f"arn:aws:iam::{credentials.account}:root",
        access_key=credentials.access_key or "",
        source_ip=scope["client"][0] if scope.get("client") else "",
        user_agent=request.headers.get("user-agent", ""),
    )


async def _read(scope: Scopes, receive: Receive) -> Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > MAX_REQUEST_BODY:
            raise RequestTooLarge(f"The request body is larger than {MAX_REQUEST_BODY} bytes.")
        chunks.append(chunk)
        if not message.get("more_body"):
            break
    return Request(
        scope["method"],
        scope["path"],
        scope["raw_path"].decode("latin-1"),
        tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers,
        b"".join(chunks),
    )


async def _write(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
