"""The door: an HTTP request becomes a call, and its result or error the response.

One ASGI application, without a framework: the paths below `/_windsock/` are windsock's own, so are what other
doors claim (the console), all others are AWS's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from windsock.engine.calls import Call
from windsock.engine.engine import Engine
from windsock.engine.operations import Result
from windsock.gateway import cors, function_urls
from windsock.gateway.authentication import Authentication
from windsock.gateway.callers import caller_of
from windsock.gateway.control.door import Control
from windsock.gateway.credentials import Credentials, read_credentials
from windsock.gateway.identify import Identified, Unidentified, identify
from windsock.gateway.incoming import AsgiScope, ClientGone, HeadTooLarge, Receive, read_head, with_body
from windsock.gateway.outgoing import Send, turn_away, write_response
from windsock.gateway.protocols import CODECS
from windsock.gateway.request import Request, Response
from windsock.gateway.uploads import is_upload, uploaded
from windsock.gateway.waits import Waits
from windsock.kernel.errors import AwsError, InternalFailure, RequestTooLarge
from windsock.kernel.ids import uuid4
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope

log = Log(__name__)


class Door(Protocol):
    """What answers some of the requests instead."""

    def claims(self, request: Request) -> bool:
        """Whether the request is for this door. It is asked of every request."""

    async def answer(self, request: Request, source_ip: str) -> Response:
        """The response to a request that it claims."""


class Gateway:
    """The ASGI application. The `doors` are asked first."""

    def __init__(self, engine: Engine, doors: Sequence[Door] = ()) -> None:
        self._engine = engine
        self._doors = (*doors, Control(engine))
        self._waits = Waits()
        self._authentication = Authentication(engine) if engine.settings.iam == "enforce" else None

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            head = read_head(scope)
            if is_upload(self._engine, head):
                async with uploaded(self._engine, head, receive) as request:
                    response = await self._respond(request, scope, receive)
            else:
                response = await self._respond(await with_body(head, receive), scope, receive)
        except ClientGone:
            return
        except (HeadTooLarge, RequestTooLarge) as refusal:
            await turn_away(send, receive, _unidentified(refusal, uuid4()))
            return
        await write_response(send, response)

    def end_waits(self) -> None:
        """Have the long polls under way end, because windsock stops."""
        self._waits.end()

    async def _respond(self, request: Request, scope: AsgiScope, receive: Receive) -> Response:
        source_ip = scope["client"][0] if scope.get("client") else ""
        for door in self._doors:
            if door.claims(request):
                return await door.answer(request, source_ip)
        url_id = function_urls.url_id_of(request)
        if url_id is not None:
            return await function_urls.answer(self._engine, self._authentication, request, url_id, source_ip)
        if cors.is_foreign(request):
            refusal = AwsError("Pages of other sites may not use this.", code="AccessDenied", status=403)
            return _unidentified(refusal, uuid4())
        if "origin" not in request.headers:
            return await self._answer(request, scope, receive)
        if cors.is_preflight(request):
            return cors.preflight(request)
        return cors.shared(request, await self._answer(request, scope, receive))

    async def _answer(self, request: Request, scope: AsgiScope, receive: Receive) -> Response:
        request_id = uuid4()
        try:
            credentials = read_credentials(request)
            identified = identify(request, credentials)
        except AwsError as error:
            return _unidentified(error, request_id)
        except Unidentified as unknown:
            return unknown.response(request_id)
        codec, operation = identified.codec, identified.operation
        try:
            call = self._call(request, scope, credentials, identified, request_id)
            result = await self._dispatch(call, receive)
            return codec.serialize(operation, result or {}, request_id)
        except AwsError as error:
            return codec.serialize_error(operation, identified.service, error, request_id)
        except ClientGone:
            raise
        except Exception as error:
            log.exception("a request could not be read or answered", path=request.path, request_id=request_id)
            failure = InternalFailure(f"{type(error).__name__}: {error}")
            return codec.serialize_error(operation, identified.service, failure, request_id)

    async def _dispatch(self, call: Call, receive: Receive) -> Result:
        chain = self._engine.chain
        if chain.may_wait(call):
            return await self._waits.while_connected(receive, chain.dispatch(call))
        return await chain.dispatch(call)

    def _call(
        self,
        request: Request,
        scope: AsgiScope,
        credentials: Credentials,
        identified: Identified,
        request_id: str,
    ) -> Call:
        client, host = scope.get("client"), request.headers.get("host")
        if self._authentication is not None:
            service, operation = identified.service, identified.operation.name
            self._authentication.verify(request, credentials, service, operation)
        caller = caller_of(
            self._engine,
            credentials,
            identified.service,
            source_ip=client[0] if client else "",
            user_agent=request.headers.get("user-agent", ""),
        )
        return Call(
            identified.service,
            identified.operation.name,
            identified.parse(),
            caller,
            Scope(credentials.account if caller.kind == "anonymous" else caller.account, credentials.region),
            request_id,
            endpoint=f"http://{host}" if host else self._engine.settings.endpoint,
        )


def _unidentified(error: AwsError, request_id: str) -> Response:
    """An error before it is known which protocol is spoken: in XML, as AWS's front ends have it."""
    return CODECS["query"].serialize_error(None, None, error, request_id)
