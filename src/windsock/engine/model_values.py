"""Values of a service model: their Python types, and how AWS writes them into messages.

AWS's front ends are written in Java, so that is how values look: `[a, b]`, `{key=value}`,
`Structure(member=value, other=null)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from windsock.kernel.errors import SerializationError
from windsock.kernel.file_bodies import FileBody
from windsock.kernel.shapes import is_list, is_map, is_structure

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape

# Per type name of a scalar: the Python types of its values, and its name with its article.
TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "a String"),
    "character": ((str,), "a Character"),
    "integer": ((int,), "an Integer"),
    "long": ((int,), "a Long"),
    "float": ((float, int), "a Float"),
    "double": ((float, int), "a Double"),
    "boolean": ((bool,), "a Boolean"),
    "timestamp": ((datetime, int, float), "a Timestamp"),
    "blob": ((bytes, bytearray, FileBody), "a Blob"),
}

_TOKENS: Final[Mapping[type, str]] = {str: "STRING_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}

# What AWS prints of a structure where that is not the public model: another order, members of its own.
_PRINTED_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "MetricTransformation": (
        "metricName",
        "metricNamespace",
        "metricValue",
        "defaultValue",
        "unit",
        "dimensions",
    ),
    "PutEventsRequestEntry": (
        "time",
        "source",
        "resources",
        "detailType",
        "detail",
        "eventBusName",
        "traceHeader",
        "kmsKeyIdentifier",
        "internalMetadata",
    ),
}
_REDACTED: Final = "***Sensitive Data Redacted***"


def lower_first(name: str) -> str:
    """A member's name as in messages: `DBName` is `dBName`."""
    return name[:1].lower() + name[1:]


def wrong_type(value: object, expected: str) -> SerializationError:
    """The error for a value of the wrong type; `expected` has its article: "an Integer"."""
    if isinstance(value, Mapping):
        return SerializationError("Start of structure or map found where not expected.")
    if isinstance(value, (list, tuple)):
        return SerializationError("Start of list found where not expected.")
    if isinstance(value, bool):
        return SerializationError(f"{str(value).upper()}_VALUE can not be converted to {expected}")
    token = _TOKENS.get(type(value), type(value).__name__)
    return SerializationError(f"{token} can not be converted to {expected}")


def rendered(shape: Shape, value: Any) -> str:
    """A value as Java prints it."""
    if value is None:
        return "null"
    if is_structure(shape):
        return _structure(shape, value)
    if is_list(shape):
        return f"[{', '.join(_inner(shape.member, item) for item in value)}]"
    if is_map(shape):
        return f"{{{', '.join(f'{key}={_inner(shape.value, item)}' for key, item in value.items())}}}"
    return _SCALARS.get(type(value), str)(value)


def _structure(shape: StructureShape, value: Any) -> str:
    if shape.is_document_type:
        return str(value)
    texts = {lower_first(name): _inner(member, value.get(name)) for name, member in shape.members.items()}
    printed = _PRINTED_MEMBERS.get(shape.name, tuple(texts))
    members = ", ".join(f"{name}={texts.get(name, 'null')}" for name in printed)
    return f"{shape.name}({members})"


def _inner(shape: Shape, value: Any) -> str:
    return _REDACTED if value is not None and shape.metadata.get("sensitive") else rendered(shape, value)


def _blob(value: bytes | bytearray) -> str:
    return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"


_SCALARS: Final[Mapping[type, Callable[[Any], str]]] = {
    bool: lambda value: str(value).lower(),
    bytes: _blob,
    bytearray: _blob,
    datetime: lambda value: value.strftime("%a %b %d %H:%M:%S UTC %Y"),
}
