"""What goes between windsock and its child, and into the log of calls: CBOR values.

On the wire each follows its length in four bytes. Instants are in UTC. A body that lies in a file is named,
with its extent; whoever reads says in which directory the bodies are.
"""

from __future__ import annotations

import struct
from datetime import UTC
from pathlib import Path
from typing import Any, Final

import cbor2

from windsock.kernel.file_bodies import FileBody

HEAD: Final = struct.Struct(">I")

_FILE_BODY_TAG: Final = 27_001


def pack(message: Any) -> bytes:
    """A message with its length before it."""
    body = encode(message)
    return HEAD.pack(len(body)) + body


def encode(value: Any) -> bytes:
    """A value as CBOR."""
    encoded: bytes = cbor2.dumps(value, default=_encode_body, timezone=UTC)
    return encoded


def decode(encoded: bytes, bodies: Path) -> Any:
    """The message in CBOR. Bodies are among the parameters of a call or the members of a result."""
    message = cbor2.loads(encoded)
    for part in ("params", "result"):
        members = message.get(part)
        if isinstance(members, dict):
            message[part] = {name: _body_or_same(value, bodies) for name, value in members.items()}
    return message


def _encode_body(encoder: Any, value: Any) -> None:
    if not isinstance(value, FileBody):
        raise TypeError(f"a {type(value).__name__} cannot be sent")
    encoder.encode(cbor2.CBORTag(_FILE_BODY_TAG, [value.path.name, value.size, value.start, value.md5]))


def _body_or_same(value: Any, bodies: Path) -> Any:
    if isinstance(value, cbor2.CBORTag) and value.tag == _FILE_BODY_TAG:
        name, size, start, md5 = value.value
        return FileBody(bodies / name, size, start, md5)
    return value
