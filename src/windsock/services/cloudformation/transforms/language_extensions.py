"""AWS::LanguageExtensions: loops, and functions in places where templates have none otherwise.

`Fn::ForEach` is written out here; the functions that the transform adds (`Fn::Length`, `Fn::ToJsonString`,
the default of `Fn::FindInMap`) are evaluated like all others.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from windsock.engine.operations import Context
from windsock.languages.stacks import TemplateError
from windsock.services.cloudformation.asking import functions_in
from windsock.services.cloudformation.transforming import Given, transform

_LOOP: Final = "Fn::ForEach::"


@transform("AWS::LanguageExtensions")
async def language_extensions(ctx: Context, body: dict[str, Any], given: Given) -> dict[str, Any]:
    """The template with its loops written out."""
    written: dict[str, Any] = _written_out(body, {}, given.parameters)
    return written


def _written_out(value: Any, names: Mapping[str, str], parameters: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for key, each in value.items():
            if key.startswith(_LOOP):
                found |= _loop(key, each, names, parameters)
            else:
                found[_filled(key, names)] = _written_out(each, names, parameters)
        if len(found) == 1 and found.get("Ref") in names:
            return names[found["Ref"]]
        return _evaluated(found)
    if isinstance(value, list):
        return [_written_out(each, names, parameters) for each in value]
    return _filled(value, names) if isinstance(value, str) else value


def _evaluated(value: dict[str, Any]) -> Any:
    """A text that a function makes of what is known already is written out too, as AWS does."""
    match value:
        case {"Fn::Sub": str(text), **rest} if not rest and "${" not in text:
            return text
        case {"Fn::ToJsonString": dict() | list() as told, **rest} if not rest and not functions_in(told):
            return json.dumps(told, separators=(",", ":"))
    return value


def _loop(key: str, written: Any, names: Mapping[str, str], parameters: Mapping[str, str]) -> dict[str, Any]:
    if not isinstance(written, list) or len(written) != 3 or not isinstance(written[2], dict):
        raise TemplateError(
            f"Template error: {key} requires a list of an identifier, a collection and a map."
        )
    identifier, collection, members = written
    found: dict[str, Any] = {}
    for element in _elements(key, _written_out(collection, names, parameters), parameters):
        found |= _written_out(members, {**names, identifier: element}, parameters)
    return found


def _elements(key: str, collection: Any, parameters: Mapping[str, str]) -> list[str]:
    """The elements of a collection: a list, or a parameter that is one."""
    if isinstance(collection, dict) and collection.get("Ref") in parameters:
        collection = [each.strip() for each in parameters[collection["Ref"]].split(",")]
    if not isinstance(collection, list) or not all(isinstance(each, str) for each in collection):
        raise TemplateError(f"Template error: the collection of {key} must be a list of strings.")
    return collection


def _filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        alphanumeric = "".join(filter(str.isalnum, value))
        text = text.replace("${" + name + "}", value).replace("&{" + name + "}", alphanumeric)
    return text
