"""What depends on what: the resources that a value names, and the order in which they are made.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterator, Mapping
from typing import Any

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import function_of
from windsock.languages.stacks.intrinsics.functions.sub import PLACE, parts_of
from windsock.languages.stacks.template import Resource, Template

_PSEUDO = "AWS::"


def names_in(value: Any) -> Iterator[str]:
    """The parameters and resources that a value names, by Ref, GetAtt and within Sub; some more than once."""
    function = function_of(value)
    if function == "Ref":
        if isinstance(value["Ref"], str):
            yield value["Ref"]
    elif function == "Fn::GetAtt":
        yield from _of_get_att(value["Fn::GetAtt"])
    elif function == "Fn::Sub":
        yield from _of_sub(value["Fn::Sub"])
    elif isinstance(value, dict):
        for each in value.values():
            yield from names_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from names_in(each)


def attributes_in(value: Any) -> Iterator[tuple[str, str]]:
    """The resources a value asks an attribute of, each with the attribute, where both are written out."""
    if function_of(value) == "Fn::GetAtt":
        written = value["Fn::GetAtt"]
        parts = written.split(".", 1) if isinstance(written, str) else written
        if isinstance(parts, list) and len(parts) > 1 and all(isinstance(part, str) for part in parts):
            yield parts[0], ".".join(parts[1:])
    elif function_of(value) == "Fn::Sub":
        text, own = parts_of(value["Fn::Sub"])
        for place in PLACE.finditer(text):
            literal, name = place.groups()
            if not literal and "." in name and name not in own:
                logical_id, _, attribute = name.partition(".")
                yield logical_id, attribute
    elif isinstance(value, dict):
        for each in value.values():
            yield from attributes_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from attributes_in(each)


def dependencies(template: Template, resource: Resource) -> set[str]:
    """The resources of the template that must be there before a resource is made."""
    named = {*resource.depends_on, *_named_by(resource)}
    return {name for name in named if name in template.resources}


def check_references(template: Template) -> None:
    """Raises TemplateError for names of neither parameters nor resources, and for a circle of resources."""
    _check_block("Resources", template, _named_by_resources(template))
    _check_block(
        "Outputs", template, (name for each in template.outputs.values() for name in names_in(each.value))
    )
    in_order({name: dependencies(template, each) for name, each in template.resources.items()})


def in_order(needed: Mapping[str, set[str]]) -> list[str]:
    """Names so that each comes after those it needs. Raises TemplateError where they need each other."""
    try:
        return list(graphlib.TopologicalSorter(needed).static_order())
    except graphlib.CycleError as error:
        circle = sorted(set(error.args[1]))
        raise TemplateError(f"Circular dependency between resources: [{', '.join(circle)}]") from error


def _named_by_resources(template: Template) -> Iterator[str]:
    for resource in template.resources.values():
        yield from resource.depends_on
        yield from _named_by(resource)


def _named_by(resource: Resource) -> Iterator[str]:
    for member in ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy"):
        yield from names_in(resource.declared.get(member))


def _check_block(block: str, template: Template, named: Iterator[str]) -> None:
    known = {*template.parameters, *template.resources}
    missing = [name for name in dict.fromkeys(named) if name not in known and not name.startswith(_PSEUDO)]
    if missing:
        raise TemplateError(
            f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] in the {block} "
            "block of the template"
        )


def _of_get_att(written: Any) -> Iterator[str]:
    if isinstance(written, str):
        yield written.split(".", 1)[0]
    elif isinstance(written, list) and written:
        if isinstance(written[0], str):
            yield written[0]
        yield from names_in(written[1:])


def _of_sub(written: Any) -> Iterator[str]:
    text, own = parts_of(written)
    for place in PLACE.finditer(text):
        literal, name = place.groups()
        if not literal and name not in own:
            yield name.split(".", 1)[0]
    yield from names_in(own)
