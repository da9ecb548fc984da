"""Message attributes: their rules, their digest, how they are kept, and which are asked for.

Source: "Amazon SQS message metadata",
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import md5
from typing import Any, Final

import orjson

from windsock.services.sqs import limits
from windsock.services.sqs.errors import InvalidMessageContents, InvalidParameterValue

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NAME = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_RESERVED_PREFIXES: Final = ("aws.", "amazon.")
_TRACE_HEADER: Final = "AWSTraceHeader"

Attributes = Mapping[str, Mapping[str, Any]]
# What is kept of an attribute: its type and its value, binary values in base64.
Kept = dict[str, list[str]]


def check_characters(text: str) -> None:
    """Raise InvalidMessageContents for characters that XML 1.0 does not have."""
    raw = text.encode()
    # Four times as fast as the expression, which non-ASCII text needs for the rest.
    if len(raw.translate(None, _CONTROLS)) < len(raw) or (not text.isascii() and _FORBIDDEN.search(text)):
        raise InvalidMessageContents


def check_attributes(attributes: Attributes) -> None:
    """Raise InvalidParameterValue for what a message must not carry."""
    if len(attributes) > limits.MAX_MESSAGE_ATTRIBUTES:
        raise InvalidParameterValue(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum "
            f"[{limits.MAX_MESSAGE_ATTRIBUTES}]."
        )
    for name, attribute in attributes.items():
        _check_name(name)
        _check_value(name, attribute, "user")


def check_system_attributes(attributes: Attributes) -> None:
    """Raise InvalidParameterValue for a system attribute other than a string AWSTraceHeader."""
    for name, attribute in attributes.items():
        if name != _TRACE_HEADER:
            raise InvalidParameterValue(f"Message system attribute name '{name}' is invalid.")
        _check_value(name, attribute, "system")
        if attribute["DataType"] != "String":
            raise InvalidParameterValue(
                f"The message system attribute '{name}' with type '{attribute['DataType']}' must use field "
                "'String'."
            )


def size_of(attributes: Attributes) -> int:
    """How many bytes attributes add to a message: names, types and values."""
    return sum(
        len(name.encode()) + len((attribute.get("DataType") or "").encode()) + len(_value_bytes(attribute))
        for name, attribute in attributes.items()
    )


def digest(attributes: Attributes) -> str:
    """The MD5 that SDKs compare: of every name, type and value, each after its length, sorted by name.

    Source: "Calculating the MD5 message digest for message attributes", on the page named above.
    """
    parts: list[bytes] = []
    for name in sorted(attributes):
        attribute = attributes[name]
        value = _value_bytes(attribute)
        for part in (name.encode(), attribute["DataType"].encode()):
            parts += (len(part).to_bytes(4, "big"), part)
        transport = b"\x02" if _is_binary(attribute["DataType"]) else b"\x01"
        parts += (transport, len(value).to_bytes(4, "big"), value)
    return md5(b"".join(parts), usedforsecurity=False).hexdigest()


def to_json(attributes: Attributes) -> str:
    """Attributes as they are kept."""
    kept: Kept = {}
    for name, attribute in attributes.items():
        kind = attribute["DataType"]
        value = b64encode(_value_bytes(attribute)).decode() if _is_binary(kind) else attribute["StringValue"]
        kept[name] = [kind, value]
    return orjson.dumps(kept).decode()


def from_json(kept: str, wanted: Callable[[str], bool]) -> dict[str, dict[str, Any]]:
    """The kept attributes whose names are wanted, as ReceiveMessage gives them."""
    attributes: Kept = orjson.loads(kept)
    return {
        name: {"BinaryValue": b64decode(value), "DataType": kind}
        if _is_binary(kind)
        else {"StringValue": value, "DataType": kind}
        for name, (kind, value) in attributes.items()
        if wanted(name)
    }


def wanted_by(names: Sequence[str]) -> Callable[[str], bool] | None:
    """Which attributes MessageAttributeNames asks for: `All`, names, prefixes as `foo.*`; None for none."""
    if not names:
        return None
    if any(name in ("All", ".*", "*") for name in names):
        return lambda _name: True
    exact = frozenset(names)
    prefixes = tuple(name[:-2] for name in names if name.endswith(".*"))
    return lambda name: name in exact or name.startswith(prefixes)


def _is_binary(kind: str) -> bool:
    return kind.startswith("Binary")


def _value_bytes(attribute: Mapping[str, Any]) -> bytes:
    if _is_binary(attribute.get("DataType") or ""):
        return bytes(attribute.get("BinaryValue") or b"")
    return (attribute.get("StringValue") or "").encode()


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidParameterValue(
            f"Message (user) attribute name '{name}' is invalid: it can contain A-Z, a-z, 0-9, underscores, "
            "hyphens and periods, must not start or end with a period or have periods in succession, and "
            f"can be up to {limits.MAX_ATTRIBUTE_NAME} characters long."
        )
    if name.lower().startswith(_RESERVED_PREFIXES):
        raise InvalidParameterValue(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. "
            "These strings are reserved for internal use."
        )


def _check_value(name: str, attribute: Mapping[str, Any], owner: str) -> None:
    kind = attribute.get("DataType") or ""
    base = kind.partition(".")[0]
    if not kind:
        raise InvalidParameterValue(
            f"Message ({owner}) attribute '{name}' must contain a non-empty data type."
        )
    if base not in ("String", "Number", "Binary") or len(kind) > limits.MAX_ATTRIBUTE_TYPE:
        raise InvalidParameterValue(
            f"The type of message ({owner}) attribute '{name}' is invalid. You must use only the following "
            "supported type prefixes: Binary, Number, String."
        )
    field = "Binary" if base == "Binary" else "String"
    if not attribute.get(f"{field}Value"):
        raise InvalidParameterValue(
            f"Message ({owner}) attribute '{name}' must contain a non-empty value of type '{field}'."
        )
    if field == "String":
        check_characters(attribute["StringValue"])
    if base == "Number":
        _check_number(name, attribute["StringValue"], owner)


def _check_number(name: str, value: str, owner: str) -> None:
    if not _NUMBER.fullmatch(value):
        raise InvalidParameterValue(
            f"Can't cast the value of message ({owner}) attribute '{name}' to a number."
        )
