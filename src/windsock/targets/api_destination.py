"""An API destination as a target: an HTTP request to a web server that is not windsock.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from windsock.engine.call_target import call_for
from windsock.engine.dynamic_parameters import all_resolved
from windsock.engine.engine import Engine
from windsock.engine.http_client import HttpAnswer, HttpClient, HttpFailure, HttpRequest
from windsock.engine.targets import Delivery, TargetError, TargetKind, target_kind
from windsock.kernel.arns import Arn
from windsock.kernel.clock import to_ms

TIMEOUT_S: Final = 5

_RESOURCE: Final = re.compile(r"api-destination/[.\-_A-Za-z0-9]+/[\-A-Za-z0-9]+")
_FIXED_HEADERS: Final[Mapping[str, str]] = {
    "User-Agent": "Amazon/EventBridge/ApiDestinations",
    "Range": "bytes=0-1048575",
    "Accept-Encoding": "gzip,deflate",
    "Connection": "close",
}
# What neither a connection nor a target may set: the source lists them under "Headers EventBridge removes".
_REMOVED_HEADERS: Final = frozenset(
    (
        *("a-im", "accept-charset", "accept-datetime", "accept-encoding", "cache-control", "connection"),
        *("content-encoding", "content-length", "content-md5", "date", "expect", "forwarded", "from", "host"),
        *("http2-settings", "if-match", "if-modified-since", "if-none-match", "if-range"),
        *("if-unmodified-since", "max-forwards", "origin", "pragma", "proxy-authorization", "range"),
        *("referer", "te", "trailer", "transfer-encoding", "user-agent", "upgrade", "via", "warning"),
    )
)
_RETRIED: Final = frozenset({401, 407, 409, 429})
_NOT_AUTHORIZED: Final = frozenset({401, 407})
# AWS's ERROR_CODE for whatever goes wrong with an API destination, as seen in dead-letter queues.
_ERROR_CODE: Final = "SDK_CLIENT_ERROR"


class Pace:
    """Keeps the rates of API destinations: each call gets an instant, as many a second as the rate says."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next_ms: dict[str, float] = {}

    async def wait(self, arn: str, rate: int) -> None:
        """Return when a call to the destination is due, by the engine's clock.

        A second's worth of calls may be made at once after a time without any.
        """
        now = self._engine.clock.now_ms()
        due = max(self._next_ms.get(arn, 0), now - 1000 + 1000 / rate)
        self._next_ms[arn] = due + 1000 / rate
        if due > now:
            with self._engine.activity.resting():
                await self._engine.clock.wait(asyncio.Event(), round(due))


@target_kind
class ApiDestinationTarget(TargetKind):
    """Sends the body with the destination's method, authorised by its connection."""

    name = "api-destination"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "events" and _RESOURCE.fullmatch(arn.resource) is not None

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        prepared = await self._call(engine, delivery, "PrepareInvocation")
        await engine.part(Pace).wait(str(delivery.arn), prepared["Rate"])
        try:
            answer = await engine.part(HttpClient).send(request_for(prepared, delivery), TIMEOUT_S)
        except HttpFailure as failure:
            reason = (
                "Timeout calling endpoint for API Destination"
                if failure.timed_out
                else "API destination endpoint cannot be reached"
            )
            raise _failed(f"{reason}: {failure}.") from failure
        if answer.status in _NOT_AUTHORIZED:
            await self._call(engine, delivery, "ForgetAuthorization")
        _require_success(answer, engine.clock.now_ms())

    async def _call(self, engine: Engine, delivery: Delivery, operation: str) -> dict[str, Any]:
        params = {"Resource": delivery.arn.resource}
        return await call_for(engine, delivery, "events", operation, params) or {}


def request_for(prepared: Mapping[str, Any], delivery: Delivery) -> HttpRequest:
    """The request of a delivery. What the connection says wins over what the target says.

    `prepared` holds `Method`, `Endpoint`, and the connection's `Headers`, `Query` and `Body`.
    """
    given = all_resolved(delivery.target.get("HttpParameters", {}), delivery.event)
    query = {**given.get("QueryStringParameters", {}), **prepared["Query"]}
    return HttpRequest(
        prepared["Method"],
        _url(prepared["Endpoint"], given.get("PathParameterValues", ()), query),
        _headers(given.get("HeaderParameters", {}), prepared["Headers"]),
        _body(delivery.body, prepared["Body"]),
    )


def _url(endpoint: str, path: Iterable[str], query: Mapping[str, str]) -> str:
    for value in path:
        endpoint = endpoint.replace("*", quote(value, safe=""), 1)
    if not query:
        return endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query, quote_via=quote)}"


def _headers(target: Mapping[str, str], connection: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request; names are told apart without regard to case."""
    chosen = {"content-type": ("Content-Type", "application/json; charset=utf-8")}
    for headers in (target, connection):
        chosen |= {name.lower(): (name, value) for name, value in headers.items()}
    kept = {name: value for key, (name, value) in chosen.items() if key not in _REMOVED_HEADERS}
    return {**kept, **_FIXED_HEADERS}


def _body(body: str, added: Mapping[str, str]) -> bytes:
    """The body with the connection's body parameters in it, if it is an object that can take them."""
    if not added:
        return body.encode()
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.encode()
    return orjson.dumps({**value, **added}) if isinstance(value, dict) else body.encode()


def _require_success(answer: HttpAnswer, now_ms: int) -> None:
    """Raise TargetError unless the status is 2xx; 401, 407, 409, 429 and 5xx may be another next time."""
    if 200 <= answer.status < 300:
        return
    pause_ms = _retry_after_ms(answer.headers.get("retry-after"), now_ms)
    raise _failed(
        f"Request failed with status code {answer.status}.",
        retryable=(answer.status in _RETRIED or answer.status >= 500) and pause_ms >= 0,
        retry_after_ms=max(pause_ms, 0),
    )


def _retry_after_ms(value: str | None, now_ms: int) -> int:
    """How long a Retry-After asks to wait: seconds or a date; negative means never to come again.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    if value is None:
        return 0
    try:
        return int(value) * 1000
    except ValueError:
        pass
    try:
        return max(to_ms(parsedate_to_datetime(value)) - now_ms, 0)
    except ValueError:
        return 0


def _failed(reason: str, *, retryable: bool = True, retry_after_ms: int = 0) -> TargetError:
    return TargetError(
        _ERROR_CODE,
        f"Unable to invoke ApiDestination endpoint: {reason}",
        retryable=retryable,
        retry_after_ms=retry_after_ms,
    )
