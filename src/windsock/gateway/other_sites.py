"""Pages of other sites: refused, by the Origin that browsers tell, and by a Host that is no name of
windsock's.

A name that somebody else's DNS points here (DNS rebinding) would make their page one of this site's.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from windsock.gateway.hosts import is_address, is_loopback_name
from windsock.gateway.request import Request
from windsock.kernel.errors import AwsError


def refuse_other_sites(request: Request, endpoint: str) -> None:
    """Raises AwsError for what a page of another site sends, or for a name that is not windsock's."""
    refuse_other_origins(request)
    name = _name_of(request.headers.get("host", ""))
    if "." in name and not (is_address(name) or is_loopback_name(name) or name == _name_of(endpoint)):
        raise _forbidden(
            f"{name} is not a name of windsock's: use localhost, the address it listens on, or a name "
            "without a dot."
        )


def refuse_other_origins(request: Request) -> None:
    """Raises AwsError for what a page of another site sends."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host", ""):
        raise _forbidden("Pages of other sites may not use this.")


def _forbidden(message: str) -> AwsError:
    return AwsError(message, code="Forbidden", status=403)


def _name_of(host_or_url: str) -> str:
    """The host name of a URL or of a Host header; empty where there is none."""
    try:
        return urlsplit(host_or_url if "//" in host_or_url else f"//{host_or_url}").hostname or ""
    except ValueError:
        return "."
