"""One client's connection: uvicorn's HTTP/1.1, kept within bounds and to HTTP/1.1.

httptools collects the head of a request without a bound, so a client that never ends it would fill
the memory; and of a request that offers another protocol (Java's HttpClient offers HTTP/2 with every
new connection) it throws the body away.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from windsock.kernel.limits import MAX_REQUEST_HEADERS

# What belongs to an offer of another protocol, and is left out when the offer is declined.
# Source: https://www.rfc-editor.org/rfc/rfc9110#section-7.8
_OFFER: Final = frozenset({b"upgrade", b"http2-settings", b"connection"})


def _refusal(status: str, message: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
    return f"{head}content-length: {len(message)}\r\n\r\n{message}".encode()


_HEAD_TOO_LARGE: Final = _refusal(
    "431 Request Header Fields Too Large", f"The request head is larger than {MAX_REQUEST_HEADERS} bytes."
)
_URL_TOO_LONG: Final = _refusal("414 URI Too Long", f"The URL is longer than {MAX_REQUEST_HEADERS} bytes.")


class UrlTooLong(Exception):
    """Told to the parser, which then gives up on the connection."""


class JoiningTransport:
    """A transport that sends the head of a response and its body with one system call, as one packet.

    uvicorn writes the head as soon as the application has named it. Here the first write waits for a
    second one, or for the end of this turn of the event loop.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        """Send, at the latest when this turn of the loop ends."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        else:
            self._held = data
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what is held."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def close(self) -> None:
        """Close once everything is sent."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """Refuses heads over the limit, and declines other protocols."""

    url = b""

    # Bytes that came since the head began that is not complete yet; None outside of heads.
    _head: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(JoiningTransport(transport, self.loop))  # type: ignore[arg-type]  # the part of it that is used

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        unfinished = self._head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._decline(data[offer.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("This is not an HTTP/1.1 request.")
        else:
            # What came together with the head's first byte may be an earlier request's and is not counted.
            if self._head is not None and unfinished is not None:
                self._head += len(data)
                if self._head > MAX_REQUEST_HEADERS:
                    self._refuse(_HEAD_TOO_LARGE)

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        if len(self.url) >= MAX_REQUEST_HEADERS:
            raise UrlTooLong
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if len(self.url) >= MAX_REQUEST_HEADERS:
            self._refuse(_URL_TOO_LONG)
        else:
            super().send_400_response(msg)

    def _decline(self, rest: bytes) -> None:
        """Take the request as if it had offered nothing; `rest` is what followed its head."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response("This is no proxy.")
            return
        kept = [name + b": " + value for name, value in self.headers if name not in _OFFER]
        head = b"\r\n".join((method + b" " + self.url + b" HTTP/1.1", *kept, b"", b""))
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(head + rest)

    def _refuse(self, refusal: bytes) -> None:
        self.transport.write(refusal)
        self.transport.close()
