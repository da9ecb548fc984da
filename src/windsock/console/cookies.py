"""The console's cookies: the session, that which was left for a role, and a random name of the browser.

A session is the credentials that signing in gave, whose token is sealed. Who only looks at an account has its
number instead, as its access key would be at the API.
Source: https://www.rfc-editor.org/rfc/rfc6265
"""

from __future__ import annotations

from typing import Final, Literal

from windsock.console.paths import CONSOLE_PREFIX
from windsock.engine.session_tokens import Credentials
from windsock.gateway.request import Request

SESSION: Final = "windsock-session"
BACK: Final = "windsock-back"
BROWSER: Final = "windsock-browser"

SameSite = Literal["Strict", "Lax"]


def read_cookie(request: Request, name: str) -> str:
    """The value of a cookie; empty when the browser sends none. Other programs of the host set theirs too."""
    for pair in request.headers.get("cookie", "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == name:
            return value
    return ""


def cookie(request: Request, name: str, value: str, same_site: SameSite = "Strict") -> str:
    """A `Set-Cookie` for the console's paths, until the browser is closed; for TLS only if it came so."""
    secure = "; Secure" if scheme_of(request) == "https" else ""
    return f"{name}={value}; Path={CONSOLE_PREFIX}; HttpOnly; SameSite={same_site}{secure}"


def scheme_of(request: Request) -> str:
    """`https` if a proxy in front says so; windsock itself speaks `http`."""
    return "https" if request.headers.get("x-forwarded-proto") == "https" else "http"


def no_cookie(name: str) -> str:
    """A `Set-Cookie` that takes a cookie away."""
    return f"{name}=; Path={CONSOLE_PREFIX}; Max-Age=0; HttpOnly; SameSite=Strict"


def session_value(credentials: Credentials) -> str:
    """The value of a session's cookie."""
    return f"{credentials.access_key}.{credentials.session_token}"
