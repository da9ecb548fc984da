"""Templates to responses, with the headers that keep a page to itself.

Sources: https://www.w3.org/TR/CSP3/ and
https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from windsock.console.paths import CONSOLE_PREFIX
from windsock.gateway.request import Response
from windsock.kernel.clock import to_datetime

# `same-origin`, as browsers tell no Origin for the forms of a page that has `no-referrer`.
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_PAGE: Final = {**_HEADERS, "content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
_STATIC: Final = {
    "style.css": {**_HEADERS, "content-type": "text/css; charset=utf-8", "cache-control": "max-age=3600"},
    "icon.svg": {**_HEADERS, "content-type": "image/svg+xml", "cache-control": "max-age=3600"},
}


def render(template: str, status: int = 200, cookies: Sequence[str] = (), **context: Any) -> Response:
    """The page that a template makes of the context."""
    text = _environment().get_template(template).render(context)
    return Response(status, _PAGE, text.encode(), cookies)


def redirect(path: str, cookies: Sequence[str] = ()) -> Response:
    """Have the browser load another page of the console: `path` follows its prefix."""
    headers = {**_HEADERS, "location": f"{CONSOLE_PREFIX}/{path}", "cache-control": "no-store"}
    return Response(303, headers, b"", cookies)


def static(name: str) -> Response | None:
    """A file that is the same for everybody; None where there is none of that name."""
    headers = _STATIC.get(name)
    if headers is None:
        return None
    return Response(200, headers, resources.files("windsock.console").joinpath("static", name).read_bytes())


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("windsock.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["instant"] = _instant
    environment.filters["pretty"] = _pretty
    environment.filters["within"] = _within
    environment.globals["prefix"] = CONSOLE_PREFIX
    return environment


def _instant(instant_ms: int) -> str:
    """`2017-01-02 00:00:00 UTC`."""
    return f"{to_datetime(instant_ms):%Y-%m-%d %H:%M:%S} UTC"


def _pretty(text: str) -> str:
    """JSON on many lines."""
    return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()


def _within(arn: str, account: str) -> str:
    """What an ARN names, by itself if it is the account's: `user/ada`."""
    owner, _, name = arn.rpartition(f":{account}:")
    return name if owner else arn
