"""From the text of a template, JSON or YAML, to plain values.

YAML is read as CloudFormation reads it: version 1.1 (`yes` is true), the short forms of intrinsic functions
(`!GetAtt A.B` is `{"Fn::GetAtt": ["A", "B"]}`), dates as text. Of a key that is there twice the last counts:
some templates that people use have one.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import json
from typing import Any, Final, cast

import yaml

from windsock.languages.stacks.errors import TemplateError

# The functions whose full name has no `Fn::` in front.
_BARE: Final = frozenset({"Ref", "Condition"})
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


def parse(text: str) -> Any:
    """What a template's text says. Raises TemplateError."""
    if text.lstrip().startswith("{"):
        return _json(text)
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader, with CloudFormation's tags
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
        raise TemplateError(f"Template format error: YAML not well-formed.{place}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise TemplateError("Template format error: YAML not well-formed.") from error


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"(line {error.lineno}, column {error.colno})"
        raise TemplateError(f"Template format error: JSON not well-formed. {place}") from error


class _Loader(yaml.SafeLoader):
    """Reads scalars, sequences and mappings, and functions by their short forms."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    pairs = [(loader.construct_object(key, deep=True), value) for key, value in node.value]
    return {_key(key): loader.construct_object(value, deep=True) for key, value in pairs}


def _key(key: Any) -> str:
    """A key as text: mappings of account numbers or of `true` are written without quotes."""
    if isinstance(key, bool):
        return str(key).lower()
    return key if isinstance(key, str) else str(key)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(node.value)


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in _BARE else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = str(node.value)
        if name == "Fn::GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = [loader.construct_object(each, deep=True) for each in node.value]
    else:
        value = _mapping(loader, cast(yaml.MappingNode, node))
    return {name: value}


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor(_TIMESTAMP, _text)
_Loader.add_multi_constructor("!", _function)
