"""Calling web servers that are not windsock: one session an engine, opened when first needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    import aiohttp

    from windsock.engine.engine import Engine

# What is read of an answer: as much as EventBridge asks for (`Range: bytes=0-1048575`).
_MOST_BYTES: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request; `url` is encoded already. Only the headers given, Host and Content-Length are sent.

    A server whose certificate is not `verified` may be anybody.
    A `file` is sent in place of the body, from its beginning, and then closed.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    verified: bool = True
    file: BinaryIO | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer, whatever its status; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpFailure(Exception):
    """There was no answer: the server could not be reached, or took too long (`timed_out`)."""

    def __init__(self, reason: str, *, timed_out: bool) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class HttpClient:
    """An engine part: `engine.part(HttpClient)`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: HttpRequest, timeout_s: float, most_bytes: int = _MOST_BYTES) -> HttpAnswer:
        """Send a request, following no redirection, and read so much of the answer. Raises HttpFailure."""
        # Most runs call no web server; importing aiohttp takes as long as all else of a start.
        import aiohttp
        from yarl import URL

        try:
            async with self._opened().request(
                request.method,
                URL(request.url, encoded=True),
                data=request.file or request.body,
                headers=request.headers,
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
                allow_redirects=False,
                ssl=request.verified,
                timeout=aiohttp.ClientTimeout(total=timeout_s),
            ) as response:
                body = await _read(response.content, most_bytes)
                return HttpAnswer(
                    response.status, {name.lower(): value for name, value in response.headers.items()}, body
                )
        except TimeoutError as error:
            raise HttpFailure(f"no answer within {timeout_s:g} seconds", timed_out=True) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise HttpFailure(f"{type(error).__name__}: {error}", timed_out=False) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            import aiohttp

            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
            self._engine.on_stop(self._session.close)
        return self._session


async def _read(content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    body = bytearray()
    while len(body) < most_bytes and (piece := await content.read(most_bytes - len(body))):
        body += piece
    return bytes(body)
