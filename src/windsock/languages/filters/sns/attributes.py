"""Message attributes as a filter policy sees them.

"Amazon SNS ... compares policy properties only to message attributes that have the following data types":
String, String.Array and Number; Binary ones do not exist for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from windsock.languages.filters.sns.compiler import Alternative, Field
from windsock.languages.filters.sns.matchers import Absent, Scalar
from windsock.languages.values import to_decimal

Attributes = Mapping[str, Mapping[str, Any]]
"""As the API has them: name to {"DataType": ..., "StringValue": ... or "BinaryValue": ...}."""


def values_of(attribute: Mapping[str, Any] | None) -> list[Scalar]:
    """The values of an attribute: one, for a String.Array its elements, for others none."""
    if attribute is None:
        return []
    data_type = str(attribute.get("DataType", ""))
    # "Number.int" and the like: what follows the dot is a label of the sender's.
    reader = _READERS.get(data_type) or _READERS.get(data_type.partition(".")[0])
    return reader(str(attribute.get("StringValue", ""))) if reader is not None else []


def satisfies(alternative: Alternative, attributes: Attributes) -> bool:
    """Whether the attributes have, for every field, a value that is wanted."""
    return all(_is_satisfied(field, values_of(attributes.get(name))) for name, field in alternative.items())


def _is_satisfied(field: Field, values: list[Scalar]) -> bool:
    if not values:
        return any(isinstance(matcher, Absent) for matcher in field.matchers)
    return any(matcher.accepts(value) for matcher in field.matchers for value in values)


def _string(text: str) -> list[Scalar]:
    return [text]


def _number(text: str) -> list[Scalar]:
    number = to_decimal(text)
    return [] if number is None else [number]


def _array(text: str) -> list[Scalar]:
    try:
        elements = orjson.loads(text)
    except orjson.JSONDecodeError:
        # SNS does not refuse such a message; an array that cannot be read has no element to match.
        return []
    if not isinstance(elements, list):
        return []
    return [element for element in elements if not isinstance(element, list | dict)]


_READERS: Final[Mapping[str, Callable[[str], list[Scalar]]]] = {
    "String": _string,
    "Number": _number,
    "String.Array": _array,
}
