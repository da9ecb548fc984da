"""Properties as their types want them: a template may say `"300"` for a number, `300` for a text.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.languages.stacks.template import text_of
from windsock.services.cloudformation.schemas import Schema, schema

_REFERENCE: Final = "#/definitions/"


def coerced(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a resource with scalars of the types that its schema gives them."""
    known = schema(kind)
    if known is None:
        return dict(properties)
    return {name: _as(known, known.properties.get(name, {}), value) for name, value in properties.items()}


def _as(known: Schema, wanted: Mapping[str, Any], value: Any) -> Any:
    if "$ref" in wanted:
        wanted = known.definitions.get(str(wanted["$ref"]).removeprefix(_REFERENCE), {})
    if isinstance(value, list):
        return [_as(known, wanted.get("items", {}), each) for each in value]
    if isinstance(value, dict):
        members = _members(known, wanted)
        return {name: _as(known, members.get(name, {}), each) for name, each in value.items()}
    return _scalar(wanted.get("type"), value)


def _members(known: Schema, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of an object, those of its alternatives too."""
    members = dict(wanted.get("properties", {}))
    for each in (*wanted.get("oneOf", ()), *wanted.get("anyOf", ()), *wanted.get("allOf", ())):
        if "$ref" in each:
            each = known.definitions.get(str(each["$ref"]).removeprefix(_REFERENCE), {})
        members |= each.get("properties", {})
    return members


def _scalar(kind: Any, value: Any) -> Any:
    """A scalar as a type; as it is where it cannot be that, which whoever takes it will say."""
    match kind:
        case "string" if not isinstance(value, str):
            return text_of(value)
        case "integer" | "number" if isinstance(value, str):
            return _number(value)
        case "boolean" if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        case _:
            return value


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
