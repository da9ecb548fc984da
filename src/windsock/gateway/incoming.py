"""An ASGI request as plain data, within bounds of size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from windsock.gateway.request import Request
from windsock.kernel.errors import AwsError, RequestTooLarge
from windsock.kernel.limits import MAX_REQUEST_BODY, MAX_REQUEST_HEADERS

AsgiScope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class ClientGone(Exception):
    """The client went away before it could be answered."""


class HeadTooLarge(AwsError):
    """Header fields over the limit.

    Source: https://www.rfc-editor.org/rfc/rfc6585#section-5
    """

    code = "RequestHeaderSectionTooLarge"
    status = 431


async def read_request(scope: AsgiScope, receive: Receive) -> Request:
    """The whole request.

    Raises HeadTooLarge or RequestTooLarge before more than the limit has been read (a declared
    length counts at once), and ClientGone when the client does not finish it.
    """
    headers = _headers(scope)
    return Request(
        scope["method"],
        scope["path"],
        scope["raw_path"].decode("latin-1"),
        _query(scope["query_string"]),
        headers,
        await _body(headers, receive),
    )


def _headers(scope: AsgiScope) -> dict[str, str]:
    headers: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in scope["headers"]:
        size += len(raw_name) + len(raw_value)
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if size > MAX_REQUEST_HEADERS:
        raise HeadTooLarge(f"The request headers are larger than {MAX_REQUEST_HEADERS} bytes.")
    return headers


def _query(query_string: bytes) -> tuple[tuple[str, str], ...]:
    if not query_string:
        return ()
    return tuple(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))


async def _body(headers: dict[str, str], receive: Receive) -> bytes:
    if int(headers.get("content-length", "0")) > MAX_REQUEST_BODY:
        raise _too_large()
    body = bytearray()
    while (message := await receive())["type"] != "http.disconnect":
        body += message.get("body", b"")
        if len(body) > MAX_REQUEST_BODY:
            raise _too_large()
        if not message.get("more_body"):
            return bytes(body)
    raise ClientGone


def _too_large() -> RequestTooLarge:
    return RequestTooLarge(f"The request body is larger than {MAX_REQUEST_BODY} bytes.")
