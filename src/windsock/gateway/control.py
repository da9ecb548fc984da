"""windsock's own paths, below `/_windsock/`: health, metrics, the clock, the journal, kept mail.

They are for tools on the same machine; a page of another site open in a browser is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

import windsock
from windsock.engine.advance import advance
from windsock.engine.engine import Engine
from windsock.gateway import ways
from windsock.gateway.request import Request, Response
from windsock.kernel.clock import VirtualClock, to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope
from windsock.services.sns.mails import Mail, list_mails
from windsock.services.sns.signing import signing_certificate

JSON = {"content-type": "application/json"}

Route = Callable[[Request], Awaitable[Response]]


class ControlError(AwsError):
    """A control request that cannot be answered."""

    code = "InvalidRequest"


class Control:
    """Answers the control paths."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._routes: Mapping[tuple[str, str], Route] = {
            ("GET", "health"): self._health,
            ("GET", "metrics"): self._metrics,
            ("GET", "clock"): self._clock,
            ("POST", "clock/advance"): self._advance,
            ("GET", "events"): self._events,
            ("GET", "why"): self._why,
            ("GET", "mails"): self._mails,
        }

    async def answer(self, request: Request) -> Response:
        """The response to a control request; errors are JSON with `code` and `message`."""
        name = request.path.removeprefix("/_windsock/").strip("/")
        try:
            _refuse_other_sites(request)
            if name.startswith("sns/"):
                return await self._certificate()
            route = self._routes.get((request.method, name))
            if route is None:
                raise ControlError(
                    f"There is no {request.method} {request.path}.", code="NotFound", status=404
                )
            return await route(request)
        except AwsError as error:
            return _json({"code": error.code, "message": error.message}, error.status)

    async def _health(self, request: Request) -> Response:
        return _json({"status": "ok", "version": windsock.__version__})

    async def _metrics(self, request: Request) -> Response:
        headers = {"content-type": "text/plain; version=0.0.4; charset=utf-8"}
        return Response(200, headers, self._engine.telemetry.exposition())

    async def _clock(self, request: Request) -> Response:
        return _json(self._now())

    async def _advance(self, request: Request) -> Response:
        clock = self._engine.clock
        if not isinstance(clock, VirtualClock):
            raise ControlError(
                "The clock is real. Start windsock with --clock virtual to move it.", status=409
            )
        seconds = _body(request).get("seconds")
        if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or seconds < 0:
            raise ControlError('The body must be {"seconds": N} with N a number that is not negative.')
        instants = await advance(self._engine, clock, seconds)
        return _json({**self._now(), "instants": instants})

    async def _events(self, request: Request) -> Response:
        query = dict(request.query)
        event_id = query.get("id")
        scope = _scope(query)
        if event_id is None:
            most = min(int(query.get("limit", "20")), 1000) if query.get("limit", "20").isdigit() else 20
            return _json({"events": ways.latest(self._engine, scope, most)})
        found = ways.way_of(self._engine, scope, event_id)
        if not found:
            raise ControlError(f"The journal has no event {event_id}.", code="NotFound", status=404)
        return _json({"events": found})

    async def _why(self, request: Request) -> Response:
        query = dict(request.query)
        if "event" not in query or "rule" not in query:
            raise ControlError("Say which event and which rule: ?event=ID&rule=NAME[&bus=NAME].")
        return _json(
            ways.why(self._engine, _scope(query), query["event"], query["rule"], query.get("bus", "default"))
        )

    async def _mails(self, request: Request) -> Response:
        query = dict(request.query)
        mails = self._engine.store.read(lambda tx: list_mails(tx, recipient=query.get("to", "")))
        return _json({"mails": [_told(mail) for mail in reversed(mails)]})

    async def _certificate(self) -> Response:
        certificate = await signing_certificate(self._engine)
        return Response(200, {"content-type": "application/x-pem-file"}, certificate)

    def _now(self) -> dict[str, Any]:
        clock = self._engine.clock
        return {"now": to_datetime(clock.now_ms()).isoformat(), "virtual": clock.virtual}


def _json(value: Any, status: int = 200) -> Response:
    return Response(status, JSON, orjson.dumps(value))


def _told(mail: Mail) -> dict[str, str]:
    return {
        "from": mail.sender,
        "to": mail.recipient,
        "sent": to_datetime(mail.sent_ms).isoformat(),
        "subject": mail.subject,
        "text": mail.body,
    }


def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise ControlError(f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise ControlError("The body must be a JSON object.")
    return body


def _scope(query: Mapping[str, str]) -> Scope:
    return Scope(query.get("account", DEFAULT_ACCOUNT), query.get("region", DEFAULT_REGION))


def _refuse_other_sites(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise ControlError("Pages of other sites may not use this.", code="Forbidden", status=403)
