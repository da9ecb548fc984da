"""Functions between JSON and its text."""

from __future__ import annotations

from typing import Any

from windsock.languages.asl.intrinsics.registry import WrongArgument, a_string, intrinsic
from windsock.languages.asl.values import read_json
from windsock.languages.values import to_json


@intrinsic("StringToJson", 1)
def string_to_json(text: Any) -> Any:
    """The value that a JSON text spells; nothing but white space spells null."""
    text = a_string(text)
    if not text.strip():
        return None
    try:
        return read_json(text)
    except ValueError as error:
        raise WrongArgument("the string is no JSON") from error


@intrinsic("JsonToString", 1)
def json_to_string(value: Any) -> Any:
    """The value as JSON text, without white space."""
    return to_json(value)


@intrinsic("JsonMerge", 3)
def json_merge(first: Any, second: Any, deep: Any) -> Any:
    """Both objects in one; where they share a name, the second's value. AWS merges no deeper than that."""
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise WrongArgument("two objects are needed")
    if deep is not False:
        raise WrongArgument("deep merging is not supported: the third argument must be false")
    return first | second
