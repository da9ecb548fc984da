"""An issuer of web identity tokens, as a CI service or an identity provider is one, on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey


class LocalIssuer(ThreadingHTTPServer):
    """Publishes its keys and signs tokens with them; `asked` are the paths that were asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = f"localhost:{self.server_port}"
        self.url = f"https://{self.name}"
        self.keys: list[Key] = []
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.new_key("first")

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"http://{self.name}"

    def new_key(self, key_id: str, curve: str | None = None) -> None:
        """Sign with another key from now on: RSA, or of an elliptic curve."""
        options: dict[str, Any] = {"kid": key_id, "use": "sig"}
        key = (
            RSAKey.generate_key(2048, options) if curve is None else ECKey.generate_key(curve, options)  # type: ignore[arg-type]
        )
        self.keys.append(key)
        documents = {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.address}/keys"},
            "/keys": KeySet(self.keys).as_dict(private=False),
        }
        self.answers = {path: (200, json.dumps(each).encode()) for path, each in documents.items()}

    def token(self, algorithm: str = "RS256", *, issuer: str | None = None, **claims: Any) -> str:
        """A token with these claims, signed with the latest key."""
        header = {"alg": algorithm, "kid": self.keys[-1].kid, "typ": "JWT"}
        told = {"iss": issuer or self.url, **claims}
        return jwt.encode(header, told, self.keys[-1], algorithms=[algorithm])


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        issuer = cast(LocalIssuer, self.server)
        issuer.asked.append(self.path)
        status, body = issuer.answers.get(self.path, (404, b"{}"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def local_issuer() -> Iterator[LocalIssuer]:
    """One that answers until the block ends."""
    with LocalIssuer() as issuer:
        thread = threading.Thread(target=issuer.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield issuer
        finally:
            issuer.shutdown()
            thread.join()
