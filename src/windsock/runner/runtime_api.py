"""The Lambda Runtime API (2018-06-01), served to function processes on the loopback interface.

Each process has a path of its own that cannot be guessed: `AWS_LAMBDA_RUNTIME_API` is
`127.0.0.1:PORT/TOKEN`, which every runtime client puts before `/2018-06-01/...`.
Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from windsock.runner.conversation import Answer, Conversation, Offer
from windsock.runner.limits import MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES

_HOST = "127.0.0.1"
_BASE = "/{token}/2018-06-01/runtime"
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"
_ACCEPTED = b'{"status":"OK"}\n'

_Handler = Callable[[Conversation, web.Request], Awaitable[web.Response]]


class RuntimeApi:
    """The server; `open` before anything else."""

    def __init__(self) -> None:
        self._conversations: dict[str, Conversation] = {}
        self._server: web.AppRunner | None = None
        self._port = 0

    async def open(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.router.add_get(_BASE + "/invocation/next", self._route(_next))
        app.router.add_post(_BASE + "/invocation/{id}/response", self._route(_response))
        app.router.add_post(_BASE + "/invocation/{id}/error", self._route(_error))
        app.router.add_post(_BASE + "/init/error", self._route(_init_error))
        # A process that ends while it waits for work must not leave its request behind: hence cancellation.
        self._server = web.AppRunner(
            app, access_log=None, handle_signals=False, handler_cancellation=True, shutdown_timeout=0
        )
        await self._server.setup()
        site = web.TCPSite(self._server, _HOST, 0)
        await site.start()
        self._port = self._server.addresses[0][1]

    def begin(self) -> tuple[str, Conversation]:
        """A conversation with a new process, and the address that process is to speak to."""
        token = secrets.token_urlsafe(24)
        conversation = self._conversations[token] = Conversation()
        return f"{_HOST}:{self._port}/{token}", conversation

    def end(self, address: str) -> None:
        """The process at an address is no more; may be said twice."""
        self._conversations.pop(address.partition("/")[2], None)

    async def close(self) -> None:
        """Answer no more."""
        if self._server:
            await self._server.cleanup()

    def _route(self, handler: _Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def route(request: web.Request) -> web.Response:
            conversation = self._conversations.get(request.match_info["token"])
            if conversation is None:
                return _refuse(404, "NotFound", "Not found")
            return await handler(conversation, request)

        return route


async def _next(conversation: Conversation, request: web.Request) -> web.Response:
    offer = await conversation.next_offer()
    return web.Response(
        body=offer.invocation.payload, content_type="application/json", headers=_headers(offer)
    )


async def _response(conversation: Conversation, request: web.Request) -> web.Response:
    body = await request.read()
    accepted = conversation.answered(request.match_info["id"], Answer(body))
    if accepted and len(body) > MAX_RESPONSE_BYTES:
        return _refuse(413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes).")
    return _accept() if accepted else _refuse(400, "InvalidRequestID", "Invalid request ID")


async def _error(conversation: Conversation, request: web.Request) -> web.Response:
    answer = Answer(await request.read(), request.headers.get(_ERROR_TYPE, "Unhandled"))
    accepted = conversation.answered(request.match_info["id"], answer)
    return _accept() if accepted else _refuse(400, "InvalidRequestID", "Invalid request ID")


async def _init_error(conversation: Conversation, request: web.Request) -> web.Response:
    body = await request.read()
    answer = Answer(body, request.headers.get(_ERROR_TYPE, "Runtime.Unknown"), while_initialising=True)
    if conversation.failed_to_initialise(answer):
        return _accept()
    return _refuse(403, "InvalidStateTransition", "State transition is not allowed")


def _headers(offer: Offer) -> dict[str, str]:
    invocation = offer.invocation
    headers = {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(offer.deadline_ms),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.invoked_arn,
    }
    if invocation.trace_id:
        headers["Lambda-Runtime-Trace-Id"] = invocation.trace_id
    if invocation.client_context:
        # A header is a single line of ASCII: so is JSON as the standard library writes it.
        decoded = json.loads(base64.b64decode(invocation.client_context))
        headers["Lambda-Runtime-Client-Context"] = json.dumps(decoded, separators=(",", ":"))
    return headers


def _accept() -> web.Response:
    return web.Response(status=202, body=_ACCEPTED, content_type="application/json")


def _refuse(status: int, kind: str, message: str) -> web.Response:
    return web.json_response({"errorMessage": message, "errorType": kind}, status=status)
