"""What a message must be: its text, subject, structure, attributes and size.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html; the messages are AWS's answers.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.services.sns.errors import InvalidParameter, MissingMember, ParameterValueInvalid
from windsock.services.sns.limits import (
    MAX_ATTRIBUTE_NAME_LENGTH,
    MAX_GROUP_ID_LENGTH,
    MAX_SUBJECT_LENGTH,
)

Attributes = Mapping[str, Mapping[str, Any]]

_TYPE: Final = re.compile(r"(String|Number|Binary)(\..+)?", re.DOTALL)
_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]")
_SUBJECT: Final = re.compile(r"[!-~][ -~]*")
_FIFO_ID: Final = re.compile(r"[!-~]+")
_NO_DEFAULT: Final = "Message Structure - No default entry in JSON message body"


def check_text(text: str | None) -> str:
    """The text of a message; raises InvalidParameter when there is none."""
    if not text:
        raise InvalidParameter("Empty message")
    return text


def check_subject(subject: str | None) -> str | None:
    """The subject: up to 100 printable ASCII characters, the first of them no space."""
    if subject is not None and (len(subject) > MAX_SUBJECT_LENGTH or not _SUBJECT.fullmatch(subject)):
        raise InvalidParameter("Subject")
    return subject


def structured(text: str, structure: str | None) -> dict[str, str] | None:
    """The texts by protocol of a message whose structure is `json`, else None."""
    if not structure or structure == "string":
        return None
    if structure != "json":
        raise InvalidParameter("MessageStructure")
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidParameter("Message Structure - JSON message body failed to parse") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("default"), str):
        raise InvalidParameter(_NO_DEFAULT)
    return {protocol: value for protocol, value in parsed.items() if isinstance(value, str)}


def check_fifo_id(name: str, value: str) -> str:
    """A message group or deduplication id: 1 to 128 printable characters."""
    if len(value) > MAX_GROUP_ID_LENGTH or not _FIFO_ID.fullmatch(value):
        raise InvalidParameter(
            f"{name} Reason: {name} can only include alphanumeric and punctuation characters. "
            f"1 to {MAX_GROUP_ID_LENGTH} in length"
        )
    return value


def check_attributes(attributes: Attributes, path: str = "") -> None:
    """Raise ParameterValueInvalid unless names, types and values are right.

    `path` leads to the attributes, for a missing type: it ends in a dot where there is one.
    """
    for name, attribute in attributes.items():
        _check_name(name)
        kind = attribute.get("DataType")
        if kind is None:
            raise MissingMember(f"{path}messageAttributes.{name}.member.dataType")
        _check_value(name, kind, attribute)


def kept_attributes(attributes: Attributes) -> dict[str, dict[str, str]]:
    """The attributes as JSON can hold them: binary values in base64."""
    return {
        name: {
            "DataType": attribute["DataType"],
            **(
                {"BinaryValue": base64.b64encode(attribute["BinaryValue"]).decode()}
                if attribute.get("BinaryValue") is not None
                else {"StringValue": attribute["StringValue"]}
            ),
        }
        for name, attribute in attributes.items()
    }


def size_of(text: str, attributes: Attributes) -> int:
    """Bytes that count towards the limit: the text, and names, types and values of attributes."""
    size = len(text.encode())
    for name, attribute in attributes.items():
        value = attribute.get("BinaryValue")
        size += len(name.encode()) + len(attribute["DataType"].encode())
        size += len(value) if value is not None else len(attribute["StringValue"].encode())
    return size


def _check_name(name: str) -> None:
    if not name or len(name.encode()) > MAX_ATTRIBUTE_NAME_LENGTH:
        raise ParameterValueInvalid(
            f"Length of message attribute name must be between 1 and {MAX_ATTRIBUTE_NAME_LENGTH} bytes."
        )
    wrong = _NOT_IN_NAME.search(name)
    if wrong is not None:
        raise ParameterValueInvalid(
            f"Invalid non-alphanumeric character '#x{ord(wrong[0]):X}' was found in the message attribute "
            "name. Can only include alphanumeric characters, hyphens, underscores, or dots."
        )
    if name[0] == ".":
        raise ParameterValueInvalid("Invalid message attribute name starting with character '.' was found.")
    if name[-1] == ".":
        raise ParameterValueInvalid("Invalid message attribute name ending with character '.' was found.")
    if ".." in name:
        raise ParameterValueInvalid("Message attribute name can not have successive '.' character.")


def _check_value(name: str, kind: str, attribute: Mapping[str, Any]) -> None:
    if not _TYPE.fullmatch(kind):
        raise ParameterValueInvalid(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported "
            "type prefixes is Binary, Number, and String."
        )
    wanted = "Binary" if kind.startswith("Binary") else "String"
    value = attribute.get(f"{wanted}Value")
    if value is None:
        raise ParameterValueInvalid(
            f"The message attribute '{name}' with type '{kind}' must use field '{wanted}'."
        )
    if not value:
        raise ParameterValueInvalid(
            f"The message attribute '{name}' must contain non-empty message attribute value for message "
            f"attribute type '{kind}'."
        )
    if kind.startswith("Number") and not _NUMBER.fullmatch(value):
        raise ParameterValueInvalid(f"Could not cast message attribute '{name}' value to number.")
