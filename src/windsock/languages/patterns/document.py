"""Pattern documents: JSON that keeps the order and the repetition of keys, both of which AWS honours."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NoReturn, cast

from windsock.languages.patterns.errors import InvalidPattern
from windsock.languages.patterns.location import place, position_of


class Members(list[tuple[str, object]]):
    """A JSON object as the list of its members."""


_WORD = re.compile(r"\w+")


def from_text(text: str) -> object:
    """Parse JSON text. Raises InvalidPattern when it is not JSON."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as fault:
        raise InvalidPattern(_complaint(text, fault)) from None
    except RecursionError:
        raise InvalidPattern("Document nesting depth exceeds the maximum allowed") from None


def members_of(value: object) -> list[tuple[str, object]] | None:
    """The members of an object, None for what is not an object."""
    kind = type(value)
    if kind is dict:
        return list(cast("dict[str, object]", value).items())
    if kind is list or kind is str:
        return None
    if isinstance(value, Members):
        return value
    return list(value.items()) if isinstance(value, Mapping) else None


def located(fault: InvalidPattern, text: str) -> InvalidPattern:
    """The same fault with its place in the text, in AWS's words."""
    if fault.moment is None:
        return fault
    where = place(text, position_of(text, fault.path, fault.moment))
    complete = InvalidPattern(fault.reason + where * (2 if fault.repeated else 1))
    complete.reason = fault.reason
    return complete


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidPattern(
        f"Non-standard token '{name}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
    )


def _complaint(text: str, fault: json.JSONDecodeError) -> str:
    if fault.pos >= len(text):
        return "Unexpected end-of-input" + place(text, len(text))
    word = _WORD.match(text, fault.pos)
    character = text[fault.pos]
    unexpected = f"Unexpected character ('{character}' (code {ord(character)}))"
    if fault.msg.startswith("Expecting property name"):
        return f"{unexpected}: was expecting double-quote to start field name" + place(text, fault.pos)
    if word and not word[0].isdigit():
        expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
        return f"Unrecognized token '{word[0]}': was expecting {expected}" + place(text, word.end())
    return unexpected + place(text, fault.pos + 1)


_DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_constant=_refuse_constant)
