"""Asking an endpoint once, as the health checkers do: over HTTP, perhaps for a string, or for a connection.

Windsock is the only checker there is. Unlike AWS's it reaches the addresses of this machine and its network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from windsock.engine.http_client import HttpAnswer, HttpClient, HttpFailure, HttpRequest
from windsock.simulation.overlays.route53.limits import HTTP_SECONDS, SEARCHED_BYTES, TCP_SECONDS

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# The types of health checks that ask an endpoint: the scheme, and the port unless another is given.
_SCHEMES: Final = {
    "HTTP": ("http", 80),
    "HTTP_STR_MATCH": ("http", 80),
    "HTTPS": ("https", 443),
    "HTTPS_STR_MATCH": ("https", 443),
}
_TCP: Final = "TCP"
PROBED: Final = frozenset({*_SCHEMES, _TCP})


class Observation(NamedTuple):
    """What was found; `report` says it as GetHealthCheckStatus does."""

    success: bool
    report: str


async def probe(engine: Engine, check: str, config: Mapping[str, Any]) -> Observation:
    """Ask the endpoint of a check of one of the types in PROBED."""
    if config["Type"] == _TCP:
        return await _connect(config)
    request = _request(check, config)
    try:
        answer = await engine.part(HttpClient).send(request, HTTP_SECONDS, SEARCHED_BYTES)
    except HttpFailure as failure:
        return Observation(False, f"Failure: {failure}")
    return _judged(answer, config)


def _request(check: str, config: Mapping[str, Any]) -> HttpRequest:
    scheme, usual_port = _SCHEMES[config["Type"]]
    port = config.get("Port") or usual_port
    path = config.get("ResourcePath") or "/"
    host = config.get("FullyQualifiedDomainName") or config["IPAddress"]
    return HttpRequest(
        "GET",
        f"{scheme}://{_bracketed(_address(config))}:{port}{path if path.startswith('/') else f'/{path}'}",
        {
            "Host": host if port == usual_port else f"{host}:{port}",
            "User-Agent": f"Amazon-Route53-Health-Check-Service (ref {check})",
            "Accept": "*/*",
            "Connection": "close",
        },
        verified=False,
    )


def _judged(answer: HttpAnswer, config: Mapping[str, Any]) -> Observation:
    told = f"HTTP Status Code {answer.status}, {_phrase(answer.status)}"
    if not 200 <= answer.status < 400:
        return Observation(False, f"Failure: {told}")
    wanted = config.get("SearchString") if config["Type"].endswith("_STR_MATCH") else None
    if wanted and wanted.encode() not in answer.body:
        return Observation(False, f"Failure: {told}. The response body does not contain the search string.")
    return Observation(True, f"Success: {told}")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


async def _connect(config: Mapping[str, Any]) -> Observation:
    connecting = asyncio.ensure_future(asyncio.open_connection(_address(config), config["Port"]))
    done, _ = await asyncio.wait((connecting,), timeout=TCP_SECONDS)
    if not done:
        connecting.cancel()
        return Observation(False, f"Failure: no connection within {TCP_SECONDS} seconds")
    try:
        _, writer = connecting.result()
    except (OSError, UnicodeError) as error:
        return Observation(False, f"Failure: {error}")
    writer.close()
    return Observation(True, "Success: TCP connection was established")


def _address(config: Mapping[str, Any]) -> str:
    address: str = config.get("IPAddress") or config["FullyQualifiedDomainName"]
    return address


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
