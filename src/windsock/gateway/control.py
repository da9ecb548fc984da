"""windsock's own paths, below `/_windsock/`: health, metrics, who answers which service, the clock, the
journal, kept mail, the code of functions.

They are for tools, not for web pages: other sites' pages are refused. Where IAM is enforced they answer this
machine only.

What shows something of a service imports it when it is asked: a start loads no services.
"""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

import windsock
from windsock.engine.advance import advance
from windsock.engine.calls import Caller
from windsock.engine.denials import Denials
from windsock.engine.engine import Engine
from windsock.engine.service_metrics import report
from windsock.gateway import account_keys
from windsock.gateway.hosts import is_loopback_name
from windsock.gateway.other_sites import refuse_other_sites
from windsock.gateway.request import Request, Response
from windsock.kernel.clock import VirtualClock, to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope

if TYPE_CHECKING:
    from windsock.services.sns.mails import Mail

CONTROL_PREFIX: Final = "/_windsock/"

_JSON: Final = {"content-type": "application/json"}

_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+){1,3}-\d")
_PACKAGE = re.compile(r"lambda/packages/(\d{12})/([a-z0-9-]+)/([0-9a-f]{64})")
_MOST_EVENTS = 1000
_DEFAULT_EVENTS = 20
# 9999-12-31T23:59:59Z, the last that a timestamp can say.
_LAST_INSTANT_MS = 253_402_300_799_000

Route = Callable[[Request], Awaitable[Response]]


class ControlError(AwsError):
    """A control request that cannot be answered."""

    code = "InvalidRequest"


class Control:
    """Answers the control paths."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._routes: Mapping[str, Mapping[str, Route]] = {
            "health": {"GET": self._health},
            "metrics": {"GET": self._metrics},
            "services": {"GET": self._services},
            "clock": {"GET": self._clock},
            "clock/advance": {"POST": self._advance},
            "events": {"GET": self._events},
            "why": {"GET": self._why},
            "mails": {"GET": self._mails},
            "health-events": {"POST": self._put_health_event},
            "service-metrics": {"POST": self._report_metrics},
            "accounts": {"GET": self._accounts, "POST": self._make_account},
            "accounts/keys": {"POST": self._make_root_key},
            "iam/denied": {"GET": self._denied},
        }

    async def answer(self, request: Request, source_ip: str) -> Response:
        """The response to a control request; errors are JSON with `code` and `message`."""
        name = request.path.removeprefix(CONTROL_PREFIX).strip("/")
        try:
            if name.startswith("sns/") and request.method in ("GET", "HEAD"):
                return await self._certificate()  # public: whoever gets a notification looks it up
            refuse_other_sites(request, self._engine.settings.endpoint)
            if self._engine.settings.iam == "enforce" and not _is_public(name):
                _refuse_strangers(source_ip)
            return await self._route(request, name)(request)
        except AwsError as error:
            return _json({"code": error.code, "message": error.message}, error.status)

    def _route(self, request: Request, name: str) -> Route:
        methods = {"GET": self._package} if _PACKAGE.fullmatch(name) else self._routes.get(name)
        if methods is None:
            known = ", ".join(self._routes)
            raise ControlError(
                f"There is no {request.path}. There are: {known}.", code="NotFound", status=404
            )
        route = methods.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            raise ControlError(
                f"{request.path} takes {' or '.join(methods)}, not {request.method}.",
                code="MethodNotAllowed",
                status=405,
            )
        return route

    async def _health(self, request: Request) -> Response:
        return _json({"status": "ok", "version": windsock.__version__})

    async def _denied(self, request: Request) -> Response:
        mode = self._engine.settings.iam
        return _json({"mode": mode, "denied": self._engine.part(Denials).latest()})

    async def _metrics(self, request: Request) -> Response:
        headers = {"content-type": "text/plain; version=0.0.4; charset=utf-8"}
        return Response(200, headers, self._engine.telemetry.exposition())

    async def _services(self, request: Request) -> Response:
        engine = self._engine
        upstreams = {service: upstream.endpoint for service, upstream in engine.settings.upstreams.items()}
        return _json({"services": engine.routes.ways(), "upstreams": upstreams})

    async def _clock(self, request: Request) -> Response:
        return _json(self._now())

    async def _advance(self, request: Request) -> Response:
        clock = self._engine.clock
        if not isinstance(clock, VirtualClock):
            raise ControlError(
                "The clock is real. Start windsock with --clock virtual to move it.", status=409
            )
        seconds = _body(request).get("seconds")
        if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or not 0 <= seconds < math.inf:
            raise ControlError('The body must be {"seconds": N} with N a number that is not negative.')
        if clock.now_ms() + seconds * 1000 > _LAST_INSTANT_MS:
            raise ControlError("The clock cannot go beyond the year 9999.")
        instants = await advance(self._engine, clock, seconds)
        return _json({**self._now(), "instants": instants})

    async def _events(self, request: Request) -> Response:
        from windsock.gateway import ways

        query = dict(request.query)
        event_id = query.get("id")
        scope = _scope(query)
        if event_id is None:
            return _json({"events": ways.latest(self._engine, scope, _limit(query))})
        found = ways.way_of(self._engine, scope, event_id)
        if not found:
            raise ControlError(
                f"The journal of account {scope.account}, region {scope.region} has no event {event_id}.",
                code="NotFound",
                status=404,
            )
        return _json({"events": found})

    async def _why(self, request: Request) -> Response:
        from windsock.gateway import ways

        query = dict(request.query)
        if "event" not in query or "rule" not in query:
            raise ControlError("Say which event and which rule: ?event=ID&rule=NAME[&bus=NAME].")
        return _json(
            ways.why(self._engine, _scope(query), query["event"], query["rule"], query.get("bus", "default"))
        )

    async def _mails(self, request: Request) -> Response:
        from windsock.services.sns.mails import list_mails

        query = dict(request.query)
        mails = self._engine.store.read(lambda tx: list_mails(tx, recipient=query.get("to", "")))
        return _json({"mails": [_told(mail) for mail in reversed(mails)]})

    async def _put_health_event(self, request: Request) -> Response:
        scope = _scope(dict(request.query))
        answer = await self._engine.call(
            "health",
            "PutHealthEvent",
            {"Event": _body(request)},
            caller=Caller("account", scope.account, scope.of_account.arn("iam", "root")),
            scope=scope,
        )
        return _json(answer)

    async def _report_metrics(self, request: Request) -> Response:
        await report(self._engine, _scope(dict(request.query)), _body(request))
        return _json({})

    async def _package(self, request: Request) -> Response:
        from windsock.services.lambda_.packages import content_of

        account, region, sha256 = request.path.rstrip("/").split("/")[-3:]
        content = self._engine.store.read(lambda tx: content_of(tx, Scope(account, region), sha256))
        if content is None:
            raise ControlError(
                f"No function or layer of account {account}, region {region} has the package {sha256}.",
                code="NotFound",
                status=404,
            )
        return Response(200, {"content-type": "application/zip"}, content)

    async def _accounts(self, request: Request) -> Response:
        return _json({"accounts": account_keys.told(self._engine)})

    async def _make_account(self, request: Request) -> Response:
        body = _body(request)
        account = None if body.get("account") is None else _checked_account(body["account"])
        return _json(await account_keys.make_account(self._engine, account, str(body.get("name", ""))))

    async def _make_root_key(self, request: Request) -> Response:
        account = _checked_account(_body(request).get("account"))
        return _json(await account_keys.make_root_key(self._engine, account))

    async def _certificate(self) -> Response:
        from windsock.services.sns.signing import signing_certificate

        certificate = await signing_certificate(self._engine)
        return Response(200, {"content-type": "application/x-pem-file"}, certificate)

    def _now(self) -> dict[str, Any]:
        clock = self._engine.clock
        return {"now": to_datetime(clock.now_ms()).isoformat(), "virtual": clock.virtual}


def _json(value: Any, status: int = 200) -> Response:
    return Response(status, _JSON, orjson.dumps(value))


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
    account, region = query.get("account", DEFAULT_ACCOUNT), query.get("region", DEFAULT_REGION)
    _checked_account(account)
    if not _REGION.fullmatch(region):
        raise ControlError(f"region must be one such as {DEFAULT_REGION}, not {region!r}.")
    return Scope(account, region)


def _checked_account(account: object) -> str:
    if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
        raise ControlError(f"account must have twelve digits, not {account!r}.")
    return account


def _limit(query: Mapping[str, str]) -> int:
    limit = query.get("limit", str(_DEFAULT_EVENTS))
    if not (limit.isascii() and limit.isdigit() and len(limit) < 10 and 1 <= int(limit) <= _MOST_EVENTS):
        raise ControlError(f"limit must be a number from 1 to {_MOST_EVENTS}, not {limit!r}.")
    return int(limit)


def _is_public(name: str) -> bool:
    """Whether anybody may ask: for health, and for packages, whose names cannot be guessed."""
    return name == "health" or _PACKAGE.fullmatch(name) is not None


def _refuse_strangers(source_ip: str) -> None:
    if not is_loopback_name(source_ip):
        raise ControlError("Only this machine may use this.", code="AccessDenied", status=403)
