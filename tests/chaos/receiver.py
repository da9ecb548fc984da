"""A web server that subscribes to topics: it confirms, counts, and can be out of order."""

from __future__ import annotations

import json
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.chaos.load import LONGEST_WAIT_SECONDS, Tally


class Receiver(ThreadingHTTPServer):
    """Listens on a free port of the loopback; `got` holds the ids of the messages it took."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: set[str] = set()
        self.refused = Tally()
        self.out_of_order = False
        self._changed = threading.Condition()
        self._confirmed = False

    @property
    def url(self) -> str:
        """Where to send messages."""
        return f"http://127.0.0.1:{self.server_port}/"

    def take(self, notification: dict[str, Any]) -> bool:
        """Whether what was posted is taken."""
        if notification["Type"] == "SubscriptionConfirmation":
            with urllib.request.urlopen(notification["SubscribeURL"]) as answer:
                answer.read()
            with self._changed:
                self._confirmed = True
                self._changed.notify_all()
            return True
        if self.out_of_order:
            self.refused.add()
            return False
        with self._changed:
            self.got.add(notification["MessageId"])
            self._changed.notify_all()
        return True

    def wait_until_confirmed(self) -> None:
        """Return once it confirmed a subscription."""
        self._wait_for(lambda: self._confirmed)

    def wait_for(self, ids: set[str]) -> None:
        """Return once it has all these messages."""
        self._wait_for(lambda: ids <= self.got)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections of a windsock that was killed just end."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def _wait_for(self, reached: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(reached, LONGEST_WAIT_SECONDS), f"{len(self.got)} messages came"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200 if self.server.take(json.loads(body)) else 503)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is printed."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver until the block ends."""
    with Receiver() as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield server
        finally:
            server.shutdown()
            serving.join()
