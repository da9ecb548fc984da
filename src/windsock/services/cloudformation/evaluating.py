"""The template of a stack evaluated with what its resources are now.

What is asked of the outside (availability zones, exports) was asked before: languages ask nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from windsock.languages.stacks import (
    Environment,
    Evaluation,
    Resource,
    Template,
    TemplateError,
    template_of,
    values_of,
)
from windsock.services.cloudformation.resource_rows import ResourceRow
from windsock.services.cloudformation.schemas import schema
from windsock.services.cloudformation.stack import Settings, Stack


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a stack's template may ask of the outside: zones by region, what other stacks export."""

    zones: Mapping[str, list[str]] = field(default_factory=dict)
    exports: Mapping[str, str] = field(default_factory=dict)


class Resources:
    """The resources of a stack as `Evaluation` asks for them, from their rows as these are at that moment."""

    def __init__(self, rows: Mapping[str, ResourceRow]) -> None:
        self._rows = rows

    def ref(self, logical_id: str) -> Any:
        """The physical id."""
        return self._row(logical_id).physical_id

    def attribute(self, logical_id: str, name: str) -> Any:
        """An attribute that the type tells, or a member of one; else the property of that name."""
        row = self._row(logical_id)
        for told in (row.attributes, row.properties):
            found = told.get(name, _member(told, name))
            if found is not None:
                return found
        raise no_attribute(logical_id, name)

    def _row(self, logical_id: str) -> ResourceRow:
        row = self._rows.get(logical_id)
        if row is None or row.physical_id is None:
            raise TemplateError(
                f"Template error: instance of Ref or Fn::GetAtt references resource {logical_id}, which is "
                "not there"
            )
        return row


def _member(told: Mapping[str, Any], name: str) -> Any:
    found: Any = told
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def no_attribute(logical_id: str, name: str) -> TemplateError:
    """A GetAtt of what the type does not tell."""
    return TemplateError(
        f"Template error: resource {logical_id} does not support attribute type {name} in Fn::GetAtt"
    )


def has_attribute(kind: str, name: str) -> bool:
    """Whether resources of a type may be asked for an attribute; of types without a schema any."""
    known = schema(kind)
    if known is None:
        return True
    told = (*known.attributes, *known.properties)
    return any(name == each or name.startswith(f"{each}.") for each in told)


def declared_of(evaluation: Evaluation, resource: Resource) -> dict[str, Any]:
    """What a template says of a resource besides its properties, evaluated. Raises TemplateError."""
    return {name: evaluation.value(each) for name, each in resource.declared.items() if name != "Properties"}


def evaluation_of(
    stack: Stack,
    settings: Settings,
    rows: Mapping[str, ResourceRow],
    surroundings: Surroundings,
    values: Resources | None = None,
) -> Evaluation:
    """A stack's template with these settings, over these resources, or what `values` tells of them.

    Raises TemplateError.
    """
    template: Template = template_of(settings.body)
    environment = Environment(
        stack.scope.account,
        stack.scope.region,
        stack.name,
        stack.arn,
        stack.scope.partition,
        "amazonaws.com.cn" if stack.scope.partition == "aws-cn" else "amazonaws.com",
        settings.notification_arns,
        surroundings.exports,
        lambda region: surroundings.zones.get(region, [f"{region}{letter}" for letter in "abc"]),
    )
    parameters = values_of(template, settings.parameters, settings.resolved)
    return Evaluation(template, parameters, environment, values or Resources(rows))
