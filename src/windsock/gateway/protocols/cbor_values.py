"""Decoded CBOR to parameters and results to what cbor2 writes, compiled per shape.

The data model is JSON's with bytes, real floats and tagged epoch timestamps, so all but three kinds
of scalar are those of `json_values`.
Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#cbor-shape-serialization
"""

from __future__ import annotations

from typing import Any

from cbor2 import CBORTag

from windsock.gateway.protocols.base import ShapeCompiler
from windsock.gateway.protocols.json_values import Convert, always, member_name, readers, writers, wrong_type
from windsock.gateway.protocols.timestamps import format_epoch, parse_timestamp

_EPOCH_TAG = 1


def cbor_readers() -> ShapeCompiler[Convert]:
    """A compiler of functions from a decoded CBOR value to a parameter."""
    return readers(member_name, {"blob": always(_read_blob), "timestamp": always(parse_timestamp)})


def cbor_writers() -> ShapeCompiler[Convert]:
    """A compiler of functions from a result to what `cbor2.dumps` can write."""
    return writers(
        member_name,
        {
            "blob": always(_write_blob),
            "timestamp": always(_write_timestamp),
            "float": always(float),
            "double": always(float),
        },
    )


def _read_blob(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    raise wrong_type(value, "a Blob")


def _write_blob(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _write_timestamp(value: Any) -> CBORTag:
    return CBORTag(_EPOCH_TAG, format_epoch(value))
