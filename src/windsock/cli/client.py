"""Talking to a windsock that runs: the commands' side of `/_windsock/`."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.parse
import urllib.request
from typing import Annotated, Any

import orjson
import typer

from windsock.cli.failure import fail

DEFAULT_ENDPOINT = "http://127.0.0.1:4566"

Endpoint = Annotated[
    str,
    typer.Option(
        envvar=["WINDSOCK_ENDPOINT", "AWS_ENDPOINT_URL"], help="Where windsock runs.", show_default=True
    ),
]
Account = Annotated[str, typer.Option(help="The account that is meant.")]
Region = Annotated[str, typer.Option(envvar="AWS_DEFAULT_REGION", help="The region that is meant.")]


def get(endpoint: str, path: str, **query: str) -> Any:
    """The answer to a GET below `/_windsock/`, decoded."""
    return _ask(urllib.request.Request(_url(endpoint, path, query)))  # noqa: S310 - the scheme is checked in _url


def post(endpoint: str, path: str, body: dict[str, Any], **query: str) -> Any:
    """The answer to a POST below `/_windsock/`, decoded."""
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked in _url
        _url(endpoint, path, query), orjson.dumps(body), {"content-type": "application/json"}
    )
    return _ask(request)


def _url(endpoint: str, path: str, query: dict[str, str]) -> str:
    if urllib.parse.urlsplit(endpoint).scheme not in ("http", "https"):
        raise fail(f"the endpoint {endpoint!r} is no http:// address")
    asked = f"?{urllib.parse.urlencode(query)}" if query else ""
    return f"{endpoint.rstrip('/')}/_windsock/{path}{asked}"


def _ask(request: urllib.request.Request) -> Any:
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310 - the scheme is checked in _url
            return orjson.loads(response.read())
    except urllib.error.HTTPError as error:
        raise fail(_message(error)) from error
    except urllib.error.URLError as error:
        place = f"{request.type}://{request.host}"
        raise fail(f"nothing answers at {place} ({error.reason}). Start it with `windsock up`.") from error
    except (http.client.HTTPException, OSError, orjson.JSONDecodeError) as error:
        what = str(error) or type(error).__name__
        raise fail(f"what answers at {request.full_url} is no windsock ({what}).") from error


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(orjson.loads(error.read())["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"{error.url} answered {error.code}; is that a windsock?"
