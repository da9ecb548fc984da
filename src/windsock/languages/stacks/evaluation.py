"""Evaluating the values of a template: functions are called, references replaced, conditions decided.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from windsock.languages.stacks.environment import NO_VALUE, Environment, Values
from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import bodies, function_of
from windsock.languages.stacks.template import Resource, Template, text_of


class Evaluation:
    """One template with values for its parameters, in an environment, with the resources as they are."""

    def __init__(
        self, template: Template, parameters: Mapping[str, Any], environment: Environment, values: Values
    ) -> None:
        self.template = template
        self.parameters = parameters
        self.environment = environment
        self.imported: set[str] = set()
        """The exports of other stacks that were asked for so far."""
        self._values = values
        self._pseudo = environment.pseudo()
        self._conditions: dict[str, bool] = {}
        self._deciding: list[str] = []

    def value(self, written: Any) -> Any:
        """A value as it is written, evaluated. Raises TemplateError."""
        name = function_of(written)
        if name is not None:
            body = bodies().get(name)
            if body is None:
                raise TemplateError(f"Template error: {name} is not a supported intrinsic function.")
            return body(self, written[name])
        if isinstance(written, dict):
            members = ((key, self.value(value)) for key, value in written.items())
            return {key: value for key, value in members if value is not NO_VALUE}
        if isinstance(written, list):
            elements = (self.value(value) for value in written)
            return [value for value in elements if value is not NO_VALUE]
        return written

    def text(self, written: Any, otherwise: str) -> str:
        """A value that must be a scalar, as text. Raises TemplateError with the message `otherwise`."""
        value = self.value(written)
        if isinstance(value, (dict, list)) or value is None or value is NO_VALUE:
            raise TemplateError(otherwise)
        return text_of(value)

    def referred(self, name: str) -> Any:
        """What Ref gives of a parameter, pseudo parameter or resource."""
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        if name in self.template.resources:
            return self._values.ref(name)
        raise TemplateError(
            f"Template format error: Unresolved resource dependencies [{name}] in the Resources block of the "
            "template"
        )

    def attribute(self, logical_id: str, name: str) -> Any:
        """What GetAtt gives of a resource."""
        if logical_id not in self.template.resources:
            raise TemplateError(
                f"Template error: instance of Fn::GetAtt references undefined resource {logical_id}"
            )
        return self._values.attribute(logical_id, name)

    def holds(self, condition: str, of: str = "") -> bool:
        """Whether a condition holds. `of` is where it is named, for the message. Raises TemplateError."""
        if condition not in self._conditions:
            self._conditions[condition] = self._decide(condition, of)
        return self._conditions[condition]

    def _decide(self, condition: str, of: str) -> bool:
        if condition not in self.template.conditions:
            where = f" in {of}" if of else ""
            raise TemplateError(f"Template error: unresolved condition dependency {condition}{where}")
        if condition in self._deciding:
            raise TemplateError(
                f"Template format error: Circular dependencies for conditions: {', '.join(self._deciding)}"
            )
        self._deciding.append(condition)
        try:
            value = self.value(self.template.conditions[condition])
        finally:
            self._deciding.pop()
        if not isinstance(value, bool):
            raise TemplateError(
                f"Template format error: Every Conditions member must be a string or a boolean: {condition}"
            )
        return value

    def resources(self) -> Iterator[Resource]:
        """The resources that are to be: those without a condition, or with one that holds."""
        for resource in self.template.resources.values():
            if resource.condition is None or self.holds(
                resource.condition, f"resource {resource.logical_id}"
            ):
                yield resource

    def properties(self, resource: Resource) -> dict[str, Any]:
        """The properties of a resource. Raises TemplateError."""
        found: dict[str, Any] = self.value(dict(resource.properties))
        return found
