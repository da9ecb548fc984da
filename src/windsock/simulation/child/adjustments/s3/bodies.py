"""S3: large objects lie in files, and what moto would send to its own queues goes nowhere.

What happens to objects is told in `objects`.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import moto.s3.models
import moto.s3.responses
from moto.moto_api._internal import mock_random
from moto.s3.exceptions import EntityTooSmall, InvalidPart
from moto.s3.models import S3_UPLOAD_PART_MIN_SIZE, FakeKey, FakeMultipart
from moto.s3.responses import S3Response
from werkzeug.datastructures import ImmutableMultiDict

from windsock.kernel.file_bodies import FileBody
from windsock.simulation.child.observed import made_body
from windsock.simulation.child.stand_ins import body_of

Checksum = tuple[str, str, int]

_setup = S3Response.setup_class
_value_in_memory = FakeKey.value
_complete_in_memory = FakeMultipart.complete
_checksum_in_memory = moto.s3.models.compute_checksum


def apply() -> None:
    """Change moto's classes."""
    S3Response.setup_class = _setup_without_form
    FakeKey.value = property(_value, _set_value)
    FakeMultipart.complete = _complete
    moto.s3.models.compute_checksum = _checksum
    moto.s3.responses.compute_checksum = _checksum
    moto.s3.models.events_send_notification = _not_sent


def _setup_without_form(response: S3Response, request: Any, *args: Any, **kwargs: Any) -> None:
    """An object whose content type is that of a form is no form: its body stays as it is."""
    empty: ImmutableMultiDict[str, Any] = ImmutableMultiDict()
    vars(request).update(data=request.get_data(), form=empty, files=empty)
    _setup(response, request, *args, **kwargs)


def _value(key: FakeKey) -> bytes | FileBody:
    file: FileBody | None = vars(key).get("file")
    if file is not None:
        return file
    value: bytes = _value_in_memory.__get__(key)
    return value


def _set_value(key: FakeKey, value: bytes | FileBody) -> None:
    file = body_of(value)
    vars(key)["file"] = file
    if file is None:
        _value_in_memory.__set__(key, value)
        return
    key._value_buffer = io.BytesIO()
    key.contentsize = file.size
    if key._etag is None:
        key._etag = file.md5 or _md5(file)


def _md5(file: FileBody) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for piece in file.pieces():
        digest.update(piece)
    return digest.hexdigest()


def _checksum(body: bytes | FileBody, algorithm: str, encode_base64: bool = True) -> bytes:
    file = body_of(body)
    if file is None:
        return bytes(_checksum_in_memory(body, algorithm, encode_base64))
    if algorithm == "CRC32":
        return _crc32(file, encode_base64)
    return bytes(_checksum_in_memory(file.read(), algorithm, encode_base64))


def _crc32(file: FileBody, encode_base64: bool) -> bytes:
    crc = 0
    for piece in file.pieces():
        crc = zlib.crc32(piece, crc)
    digest = crc.to_bytes(4, "big")
    return base64.b64encode(digest) if encode_base64 else digest


def _complete(upload: FakeMultipart, wanted: Iterator[tuple[int, str]]) -> Any:
    """As moto's, but that parts in files are joined in a file."""
    chosen = list(wanted)
    parts = [upload.parts.get(number) for number, _ in chosen]
    if not any(part is not None and isinstance(part.value, FileBody) for part in parts):
        return _complete_in_memory(upload, iter(chosen))
    for part, (_, etag) in zip(parts, chosen, strict=True):
        if part is None or part.etag.strip('"') != etag.strip('"'):
            raise InvalidPart
    found = [part for part in parts if part is not None]
    if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in found[:-1]):
        raise EntityTooSmall
    digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in found)
    etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(found)}"
    whole = _joined([part.value for part in found])
    return whole, etag, _checksum_of(upload, found, whole)


def _joined(values: list[bytes | FileBody]) -> FileBody:
    path = Path(str(mock_random.uuid4()))
    with path.open("wb") as out:
        for value in values:
            for piece in value.pieces() if isinstance(value, FileBody) else (value,):
                out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    made_body(path.name)
    return FileBody(path, path.stat().st_size)


def _checksum_of(upload: FakeMultipart, parts: list[FakeKey], whole: FileBody) -> Checksum | None:
    algorithm = upload.metadata.get("x-amz-checksum-algorithm")
    if not algorithm:
        return None
    if upload.metadata.get("x-amz-checksum-type", "COMPOSITE") == "FULL_OBJECT":
        return "FULL_OBJECT", _checksum(whole, algorithm).decode(), 1
    digests = b"".join(_checksum(part.value, algorithm, encode_base64=False) for part in parts)
    return "COMPOSITE", _checksum(digests, algorithm).decode(), len(parts)


def _not_sent(*_args: Any, **_kwargs: Any) -> None:
    """moto's own events are nobody's here."""
