"""AWS's answers and errors as the SDK for Java shows them to state machines.

The integrations by name were made with the first version of that SDK, those of `aws-sdk` with the second:
they differ in how they spell instants and errors. Sources:
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html, recorded executions
(tests/data), and the naming rules of the SDK,
https://github.com/aws/aws-sdk-java-v2/blob/master/utils/src/main/java/software/amazon/awssdk/utils/internal/CodegenNamingUtils.java
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from windsock.kernel.errors import AwsError
from windsock.kernel.models import modeled_error, service_model
from windsock.kernel.shapes import is_list, is_map, is_structure
from windsock.languages.values import to_json

if TYPE_CHECKING:
    from botocore.model import Shape

Instant = Callable[[datetime], Any]

_SUFFIXES: Final = ("Exception", "Error", "Fault")


def in_milliseconds(moment: datetime) -> int:
    """An instant as the first version of the SDK has it."""
    return round(moment.timestamp() * 1000)


def in_iso_8601(moment: datetime) -> str:
    """An instant as the second version has it: no more digits of the second than it needs."""
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def capitalized(name: str) -> str:
    """The name of a member as state machines see it."""
    return name[:1].upper() + name[1:]


def shown(shape: Shape | None, value: Any, instant: Instant) -> Any:
    """An answer of a call as JSON in Pascal case."""
    if shape is None or value is None:
        return value
    if is_structure(shape):
        if shape.is_document_type:
            return value
        return {
            capitalized(name): shown(shape.members.get(name), each, instant)
            for name, each in value.items()
            if each is not None and name in shape.members
        }
    if is_list(shape):
        return [shown(shape.member, each, instant) for each in value]
    if is_map(shape):
        return {key: shown(shape.value, each, instant) for key, each in value.items()}
    if isinstance(value, datetime):
        return instant(value)
    return _text(value) if isinstance(value, bytes | bytearray) else value


def _text(value: bytes | bytearray) -> str:
    """A blob: the text that it is, or in base64 where it is none."""
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()


def exception_name(service: str, error: AwsError, otherwise: str) -> str:
    """The SDK's name of an error; `otherwise` for one that the service's model does not have."""
    modeled = modeled_error(service, error.code)
    if modeled is None:
        return otherwise
    name = modeled.name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return f"{capitalized(name)}Exception"


@functools.cache
def sdk_class_name(service: str) -> str:
    """The name of a service in the SDK's second version: `DynamoDb`, `Sfn`, `SecretsManager`."""
    return pascal_case(str(service_model(service).metadata["serviceId"]))


def pascal_case(text: str) -> str:
    """Words, told apart by spaces, capitals and digits, in Pascal case as the SDK's generator makes it."""
    words = re.sub(r"[^A-Za-z0-9]+", " ", text)
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " ", words)
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", words)
    words = re.sub(r"([0-9])([a-zA-Z])", r"\1 \2", words)
    return "".join(word.capitalize() for word in words.split())


def texts_of_objects(shape: Shape | None, value: Any) -> Any:
    """Arguments with objects and arrays as JSON texts where the operation takes text, such as a message."""
    if shape is None:
        return value
    if is_structure(shape) and isinstance(value, Mapping):
        members = {name.lower(): member for name, member in shape.members.items()}
        return {name: texts_of_objects(members.get(name.lower()), each) for name, each in value.items()}
    if is_list(shape) and isinstance(value, list):
        return [texts_of_objects(shape.member, each) for each in value]
    if is_map(shape) and isinstance(value, Mapping):
        return {key: texts_of_objects(shape.value, each) for key, each in value.items()}
    if shape.type_name == "string" and isinstance(value, Mapping | list):
        return to_json(value)
    return value
