"""Transforms: what rewrites a template before it is used; each a coroutine under `@transform`.

They are given a fragment: the whole template for those of its section Transform; for an `Fn::Transform`
what stands beside it, which becomes what it makes of that. The innermost are applied first.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from windsock.engine.operations import Context
from windsock.kernel.discovery import mark, marked
from windsock.languages.stacks import Template, TemplateError, template_of
from windsock.languages.stacks.template import EMBEDDED
from windsock.services.cloudformation.macros import by_macro

_PACKAGE: Final = "windsock.services.cloudformation.transforms"


@dataclass(frozen=True, slots=True)
class Given:
    """What a transform is told: the texts of the template's parameters, and its own parameters."""

    parameters: Mapping[str, str]
    options: Mapping[str, Any]


# Given a fragment as plain values; gives what takes its place. Raises TemplateError.
Transform = Callable[[Context, dict[str, Any], Given], Awaitable[Any]]
T = TypeVar("T", bound=Transform)


@dataclass(frozen=True, slots=True)
class TransformMarker:
    """Set on a function by `transform`."""

    name: str


def transform(name: str) -> Callable[[T], T]:
    """Register a coroutine function as the transform of that name."""

    def register(function: T) -> T:
        mark(function, TransformMarker(name))
        return function

    return register


async def transformed(ctx: Context, template: Template, parameters: Mapping[str, str]) -> Template:
    """What the transforms of a template make of it, one after the other. Raises TemplateError."""
    if not is_rewritten(template):
        return template
    body = await _embedded(ctx, dict(template.body), parameters)
    body.pop("Transform", None)
    for each in template.transforms:
        body = await _applied(ctx, each, body, parameters)
    return template_of(body)


def is_rewritten(template: Template) -> bool:
    """Whether a template has transforms, in its section or embedded."""
    return bool(template.transforms) or _has_embedded(template.body)


def _has_embedded(value: Any) -> bool:
    if isinstance(value, dict):
        return EMBEDDED in value or any(map(_has_embedded, value.values()))
    return isinstance(value, list) and any(map(_has_embedded, value))


async def _embedded(ctx: Context, value: Any, parameters: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [await _embedded(ctx, each, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    beside = {name: await _embedded(ctx, each, parameters) for name, each in value.items()}
    declared = beside.pop(EMBEDDED, None)
    for each in declared if isinstance(declared, list) else [declared] if declared is not None else ():
        beside = await _applied(ctx, each, beside, parameters)
    return beside


async def _applied(ctx: Context, declared: Any, fragment: Any, parameters: Mapping[str, str]) -> Any:
    """What one transform, as it is declared, makes of a fragment."""
    declared = declared if isinstance(declared, dict) else {"Name": declared}
    name, options = declared.get("Name"), declared.get("Parameters") or {}
    if not isinstance(name, str) or not isinstance(options, dict):
        raise TemplateError(
            "Template format error: a transform must have a Name and an object of Parameters."
        )
    given = Given(parameters, {key: _told(each, parameters) for key, each in options.items()})
    function = _transforms().get(name)
    if function is None:
        return await by_macro(ctx, name, fragment, given.parameters, given.options)
    return await function(ctx, fragment, given)


def _told(value: Any, parameters: Mapping[str, str]) -> Any:
    """A parameter of a transform; it may be a Ref of one of the template's."""
    if isinstance(value, dict) and value.keys() == {"Ref"}:
        return parameters.get(value["Ref"], value)
    return value


@functools.cache
def _transforms() -> Mapping[str, Transform]:
    return {marker.name: function for marker, function in marked(_PACKAGE, TransformMarker)}
