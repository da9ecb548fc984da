"""InputTransformer: variables taken from an event, put into a template.

"Amazon EventBridge input transformation", with its "Common issues":

- a template is JSON, or one or more quoted strings ("For Strings, quotes are required");
- outside quotes a variable is written as JSON, inside them as its bare text: "EventBridge doesn't escape
  values extracted by Input Path";
- what a path does not find leaves an empty string;
- "The JSON that is passed to the target is minified".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from windsock.languages.templates.errors import InvalidTemplate, TransformFailed
from windsock.languages.templates.paths import MISSING, JsonPath
from windsock.languages.templates.template_text import Placeholder, check, placeholder_marks, split
from windsock.languages.values import to_json

_MARKS: Final = placeholder_marks(r"[A-Za-z0-9_.\-]+")

MAX_VARIABLES: Final = 100
MAX_TEMPLATE_LENGTH: Final = 8192
RESERVED_PREFIX: Final = "AWS"

# The reserved variables whose values the rule gives; two more are forms of the event itself.
GIVEN_VARIABLES: Final = ("aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time")

# Text that may stand between quotes without making the whole something other than JSON.
_BREAKS_A_STRING: Final = re.compile(r'["\\\x00-\x1f]')

_Getter = Callable[[Mapping[str, Any], Mapping[str, str]], Any]


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place in the template: how to get its value, and whether it stands inside a string."""

    get: _Getter
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Transformer:
    """A transformer ready to use, made by `parse`."""

    pieces: tuple[str | _Slot, ...]
    is_json: bool

    @classmethod
    def parse(cls, paths_map: Mapping[str, str], template: str) -> Transformer:
        """Read an InputTransformer: InputPathsMap (variable to JSON path) and InputTemplate.

        InvalidTemplate when PutTargets would refuse it.
        """
        _check_limits(paths_map, template)
        getters = _getters(paths_map)
        pieces = tuple(split(template, _MARKS))
        for piece in pieces:
            if isinstance(piece, Placeholder) and piece.name not in getters:
                raise InvalidTemplate("InputTemplate", f" contains invalid placeholder {piece.name}.")
        checked = check(pieces)
        slots = (p if isinstance(p, str) else _Slot(getters[p.name], p.is_quoted) for p in checked.pieces)
        return cls(tuple(slots), checked.is_json)

    def render(self, event: Mapping[str, Any], reserved: Mapping[str, str]) -> str:
        """The text for the target: JSON without white space, or quoted strings.

        `reserved` has the values of GIVEN_VARIABLES. TransformFailed when what the event puts between quotes
        makes a JSON template something other than JSON.
        """
        parts: list[str] = []
        is_in_doubt = False
        for piece in self.pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            value = piece.get(event, reserved)
            if not piece.is_quoted:
                parts.append('""' if value is MISSING else to_json(value))
                continue
            text = _quoted_text(value, self.is_json)
            is_in_doubt = is_in_doubt or _BREAKS_A_STRING.search(text) is not None
            parts.append(text)
        rendered = "".join(parts)
        if self.is_json and is_in_doubt:
            _check_rendered(rendered)
        return rendered


def _check_limits(paths_map: Mapping[str, str], template: str) -> None:
    if len(paths_map) > MAX_VARIABLES:
        raise InvalidTemplate("InputPathsMap", f" contains more than {MAX_VARIABLES} variables.")
    for name in paths_map:
        if name.startswith(RESERVED_PREFIX):
            raise InvalidTemplate("InputPathsMap", f" contains reserved variable {name}.")
    if not 1 <= len(template) <= MAX_TEMPLATE_LENGTH:
        raise InvalidTemplate("InputTemplate", f" must have 1 to {MAX_TEMPLATE_LENGTH} characters.")


def _getters(paths_map: Mapping[str, str]) -> dict[str, _Getter]:
    getters = {name: _path_getter(JsonPath.parse(path)) for name, path in paths_map.items()}
    getters |= {name: _given_getter(name) for name in GIVEN_VARIABLES}
    getters |= {name: _form_getter(form) for name, form in _EVENT_FORMS.items()}
    return getters


def _path_getter(path: JsonPath) -> _Getter:
    return lambda event, _reserved: path.select(event)


def _given_getter(name: str) -> _Getter:
    return lambda _event, reserved: reserved.get(name, MISSING)


def _form_getter(form: Callable[[Mapping[str, Any]], Any]) -> _Getter:
    return lambda event, _reserved: form(event)


def _without_detail(event: Mapping[str, Any]) -> dict[str, Any]:
    """<aws.events.event> is the event without its detail; its detail-type is called detailType."""
    return {
        ("detailType" if name == "detail-type" else name): event[name] for name in event if name != "detail"
    }


_EVENT_FORMS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "aws.events.event": _without_detail,
    "aws.events.event.json": lambda event: event,
}


def _quoted_text(value: Any, is_json: bool) -> str:
    """A value as it stands inside a string: bare; an object in a string template without its quotes."""
    if value is MISSING:
        return ""
    if isinstance(value, str):
        return value
    text = to_json(value)
    if is_json or not isinstance(value, dict | list):
        return text
    return text.replace('\\"', "").replace('"', "")


def _check_rendered(rendered: str) -> None:
    try:
        orjson.loads(rendered)
    except orjson.JSONDecodeError as error:
        raise TransformFailed(f"the transformed input is no JSON: {error}") from error
