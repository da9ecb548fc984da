"""One HTTP exchange as plain data, free of any web framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl

from windsock.kernel.errors import SerializationError
from windsock.kernel.file_bodies import FileBody

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"

_MAX_FORM_FIELDS = 100_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one signature of an `aws-chunked` body covers: a chunk, the empty one at the end, or the trailer.

    `digest` is the SHA-256 of what is signed, in hexadecimal; of a trailer, of its headers, each ended by a
    line feed.
    """

    digest: str
    signature: str
    is_trailer: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A body that went into a file, out of its transit encoding.

    `headers` are those of the request without that encoding; `sha256` is the digest of the body, `chunks` are
    the signed chunks it came in.
    """

    body: FileBody
    headers: Mapping[str, str]
    sha256: str
    chunks: Sequence[Chunk] = ()


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire.

    `path` is percent-decoded, `raw_path` as sent, both without the query string; `query` holds the
    decoded pairs in order, `raw_query` is them as sent; the names in `headers` are lower-cased. A body that
    was too large for memory is `file`, and then `body` is empty.
    """

    method: str
    path: str
    raw_path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    file: ReceivedFile | None = None
    raw_query: str = ""

    @cached_property
    def media_type(self) -> str:
        """The content type in lower case without its parameters; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def query_values(self) -> Mapping[str, Sequence[str]]:
        """The values of each query parameter, in order."""
        values: dict[str, list[str]] = {}
        for name, value in self.query:
            values.setdefault(name, []).append(value)
        return values

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The query parameters and, over them, the fields of a form body; the last of a name counts.

        Raises SerializationError for a form body that is not UTF-8 text or has absurdly many fields.
        """
        fields = dict(self.query)
        if self.media_type == FORM_CONTENT_TYPE and self.body:
            fields.update(self._form())
        return fields

    def _form(self) -> list[tuple[str, str]]:
        try:
            return parse_qsl(
                self.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FORM_FIELDS
            )
        except ValueError as error:
            raise SerializationError(
                "The request body is not a valid form.", code="MalformedInput"
            ) from error


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status, headers (one value each), the body (or `file` in its place), and cookies to set."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    cookies: Sequence[str] = ()
    file: FileBody | None = None
