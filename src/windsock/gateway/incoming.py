"""An ASGI request as plain data, within bounds of size."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
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


def read_head(scope: AsgiScope) -> Request:
    """The request without its body. Raises HeadTooLarge."""
    raw_query = scope["query_string"].decode("latin-1")
    return Request(
        scope["method"],
        scope["path"],
        scope["raw_path"].decode("latin-1"),
        tuple(parse_qsl(raw_query, keep_blank_values=True)),
        _headers(scope),
        raw_query=raw_query,
    )


async def with_body(head: Request, receive: Receive) -> Request:
    """The whole request.

    Raises RequestTooLarge before more than the limit has been read (a declared length counts at once), and
    ClientGone when the client does not finish it.
    """
    if int(head.headers.get("content-length", "0")) > MAX_REQUEST_BODY:
        raise _too_large()
    body = bytearray()
    async for piece in body_pieces(receive):
        body += piece
        if len(body) > MAX_REQUEST_BODY:
            raise _too_large()
    return dataclasses.replace(head, body=bytes(body))


async def body_pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes. Raises ClientGone when the client does not finish it."""
    while (message := await receive())["type"] != "http.disconnect":
        yield message.get("body", b"")
        if not message.get("more_body"):
            return
    raise ClientGone


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


def _too_large() -> RequestTooLarge:
    return RequestTooLarge(f"The request body is larger than {MAX_REQUEST_BODY} bytes.")
