"""HTTP as bytes, for tests of what clients must not send, and of how it is answered."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

# Longer than any answer takes on a busy machine; a test fails by it instead of hanging.
PATIENCE = 30.0


@dataclass
class Answer:
    """One response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def xml(self) -> ElementTree.Element:
        """The body as XML, without namespaces."""
        root = ElementTree.fromstring(self.body)
        for each in root.iter():
            each.tag = each.tag.rpartition("}")[2]
        return root

    @property
    def request_id(self) -> str | None:
        """The request id, whichever header has it."""
        return self.headers.get("x-amzn-requestid") or self.headers.get("x-amz-request-id")


class Wire:
    """A connection to the server at `endpoint`."""

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        self.host = f"{address.hostname}:{address.port}"
        self.socket = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
        self._reader = self.socket.makefile("rb")

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Go away, whatever is under way."""
        self._reader.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def send_request(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> None:
        """Send a well-formed request."""
        self.send(self.request(method, target, headers, body))

    def request(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> bytes:
        """The bytes of a well-formed request."""
        fields = {"Host": self.host, **(headers or {})}
        if body or method == "POST":
            fields.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def answer(self, method: str = "GET") -> Answer:
        """The next response, read to its end; `method` is what was asked with."""
        line = self._reader.readline().split()
        if not line:
            raise EOFError("the connection was closed without an answer")
        fields = http.client.parse_headers(self._reader)
        headers = {name.lower(): value for name, value in fields.items()}
        length = 0 if method == "HEAD" else int(headers.get("content-length", "0"))
        return Answer(int(line[1]), headers, self._reader.read(length))

    def is_closed(self) -> bool:
        """Whether the server has ended the connection, or does when what it sent has been read."""
        with contextlib.suppress(ConnectionResetError):
            while self._reader.read1():
                pass
        return True


def ask(
    endpoint: str,
    method: str = "GET",
    target: str = "/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """The answer to one request on a connection of its own."""
    with Wire(endpoint) as wire:
        wire.send_request(method, target, headers, body)
        return wire.answer(method)


def scope(service: str, account: str = "test", region: str = "us-east-1") -> dict[str, str]:
    """An Authorization header; its signature is none."""
    credential = f"{account}/20170102/{region}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"}


def form(**fields: object) -> bytes:
    """The body of a query request."""
    return urlencode(fields).encode()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
