"""Browsers: pages of this machine may call AWS's operations here, other pages may not.

A page cannot be kept from sending a simple request (a form, an image's GET) to another site, and
those are whole calls in the query protocol. So what a foreign page sends is refused, and not only
its answer withheld. Programs that are no browsers send none of these headers.
Sources: https://fetch.spec.whatwg.org/#http-cors-protocol and https://www.w3.org/TR/fetch-metadata/
"""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from windsock.gateway.hosts import is_loopback_name
from windsock.gateway.request import Request, Response

# How long a browser may remember a preflight's answer, in seconds. Longer ones are cut by browsers.
PREFLIGHT_SECONDS = 7200


def is_foreign(request: Request) -> bool:
    """Whether a page that is not this machine's makes the request."""
    origin = request.headers.get("origin")
    if origin is not None:
        return not _is_of_this_machine(origin)
    # An image or script of a foreign page; a link that a person follows out of a mail is a navigation.
    headers = request.headers
    return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"


def is_preflight(request: Request) -> bool:
    """Whether a browser asks if it may send a request."""
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def preflight(request: Request) -> Response:
    """The answer to a preflight: whatever it asked for is allowed."""
    allowed = {
        **_allowed_origin(request),
        "access-control-allow-methods": request.headers["access-control-request-method"],
        "access-control-max-age": str(PREFLIGHT_SECONDS),
    }
    if "access-control-request-headers" in request.headers:
        allowed["access-control-allow-headers"] = request.headers["access-control-request-headers"]
    return Response(204, allowed)


def shared(request: Request, response: Response) -> Response:
    """`response` with what lets the page that asked read it."""
    exposed = {"access-control-expose-headers": ", ".join(response.headers)}
    return dataclasses.replace(response, headers={**response.headers, **_allowed_origin(request), **exposed})


def _allowed_origin(request: Request) -> dict[str, str]:
    return {"access-control-allow-origin": request.headers["origin"], "vary": "Origin"}


def _is_of_this_machine(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and is_loopback_name(parts.hostname or "")
    except ValueError:
        return False
