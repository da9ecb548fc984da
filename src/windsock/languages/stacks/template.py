"""A template: its sections, read and checked as far as that needs no values.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.text import parse

_SECTIONS: Final = (
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
)
_RESOURCE_MEMBERS: Final = frozenset(
    {
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Description",
        "Metadata",
        "Properties",
        "Type",
        "UpdatePolicy",
        "UpdateReplacePolicy",
        "Version",
    }
)
# What is rewritten where it stands, anywhere in a template, before that is used.
EMBEDDED: Final = "Fn::Transform"
_VERSION: Final = "2010-09-09"
_NAME: Final = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter: its type (`String`, `List<Number>`, `AWS::EC2::VPC::Id` ...) and its bounds."""

    name: str
    type: str
    declared: Mapping[str, Any]

    @property
    def default(self) -> str | None:
        """The value it has when none is given, as text."""
        value = self.declared.get("Default")
        return None if value is None else text_of(value)

    @property
    def no_echo(self) -> bool:
        """Whether its value is shown as asterisks."""
        return text_of(self.declared.get("NoEcho", "false")).lower() == "true"


@dataclass(frozen=True, slots=True)
class Resource:
    """A declared resource, its values as they are written."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    depends_on: tuple[str, ...]
    condition: str | None
    declared: Mapping[str, Any]

    def member(self, name: str) -> Any:
        """`Metadata`, `DeletionPolicy`, `CreationPolicy` ...; None without it."""
        return self.declared.get(name)


@dataclass(frozen=True, slots=True)
class Output:
    """A declared output; `export` is the name it is exported under, as it is written."""

    name: str
    value: Any
    description: str | None
    condition: str | None
    export: Any


@dataclass(frozen=True, slots=True)
class Template:
    """A template. `body` is all of it as plain values; `resources` are in the order they are written in."""

    body: Mapping[str, Any]
    parameters: Mapping[str, Parameter]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Output]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    transforms: Sequence[Any] = ()

    @property
    def description(self) -> str | None:
        """What it says of itself."""
        found: str | None = self.body.get("Description")
        return found


def read_template(text: str) -> Template:
    """The template that a text is. Raises TemplateError."""
    template = template_of(parse(text))
    if not template.body.get("Resources") and EMBEDDED not in template.body:
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    return template


def template_of(body: Any) -> Template:
    """The template that plain values are: those of a text, or what a transform made of them."""
    if not isinstance(body, dict):
        raise TemplateError("Template format error: unsupported structure.")
    _check_sections(body)
    transforms = _transforms(body.get("Transform"))
    conditions = _section(body, "Conditions", bool(transforms))
    resources = {
        name: _resource(name, value) for name, value in _section(body, "Resources", bool(transforms)).items()
    }
    return Template(
        body,
        {name: _parameter(name, value) for name, value in _section(body, "Parameters").items()},
        resources,
        {name: _output(name, value) for name, value in _section(body, "Outputs", bool(transforms)).items()},
        conditions,
        _section(body, "Mappings"),
        transforms,
    )


def text_of(value: Any) -> str:
    """A scalar as CloudFormation writes it: `true`, `5`, `1.5`."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _check_sections(body: Mapping[str, Any]) -> None:
    unknown = [name for name in body if name not in _SECTIONS and name != EMBEDDED]
    if unknown:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    version = body.get("AWSTemplateFormatVersion", _VERSION)
    if version != _VERSION:
        raise TemplateError(f"Template format error: {version} is not a supported value.")
    description = body.get("Description")
    if description is not None and not isinstance(description, str):
        raise TemplateError("Template format error: Description must be a string.")


def _section(body: Mapping[str, Any], name: str, is_transformed: bool = False) -> dict[str, Any]:
    """The members of a section; those that a transform is still to write out (loops) are no members yet."""
    section = body.get(name)
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise TemplateError(f"Template format error: {name} must be an object.")
    is_open = "Fn::" if is_transformed else EMBEDDED
    section = {member: value for member, value in section.items() if not member.startswith(is_open)}
    kind = name.removesuffix("s")
    for member in section:
        if name != "Resources" and name != "Parameters" and name != "Outputs":
            break
        if not _NAME.fullmatch(member):
            raise TemplateError(f"Template format error: {kind} name {member} is non alphanumeric.")
    return section


def _parameter(name: str, declared: Any) -> Parameter:
    if not isinstance(declared, dict) or not isinstance(declared.get("Type"), str):
        raise TemplateError("Template format error: Every Parameters object must contain a Type member.")
    return Parameter(name, declared["Type"], declared)


def _resource(name: str, declared: Any) -> Resource:
    if not isinstance(declared, dict):
        raise TemplateError("Template format error: Any Resources member must be an object.")
    if not isinstance(declared.get("Type"), str):
        raise TemplateError("Template format error: Every Resources object must contain a Type member.")
    for member in declared:
        if member not in _RESOURCE_MEMBERS and member != EMBEDDED:
            raise TemplateError(f"Invalid template resource property '{member}'")
    properties = declared.get("Properties")
    if properties is not None and not isinstance(properties, dict):
        raise TemplateError(
            f"Template format error: Property Properties of resource {name} must be an object."
        )
    depends_on = declared.get("DependsOn", [])
    return Resource(
        name,
        declared["Type"],
        properties or {},
        tuple([depends_on] if isinstance(depends_on, str) else depends_on),
        declared.get("Condition"),
        declared,
    )


def _output(name: str, declared: Any) -> Output:
    if not isinstance(declared, dict) or "Value" not in declared:
        raise TemplateError("Template format error: Every Outputs member must contain a Value object")
    export = declared.get("Export")
    if export is not None and not (isinstance(export, dict) and "Name" in export):
        raise TemplateError("Template format error: Every Export member must contain a Name object")
    return Output(
        name,
        declared["Value"],
        declared.get("Description"),
        declared.get("Condition"),
        None if export is None else export["Name"],
    )


def _transforms(declared: Any) -> tuple[Any, ...]:
    if declared is None:
        return ()
    return tuple(declared) if isinstance(declared, list) else (declared,)
