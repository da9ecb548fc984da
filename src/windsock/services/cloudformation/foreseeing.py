"""What deploying would change, resource by resource, before anything is done: what a change set shows.

A property changes directly, or because a parameter or another resource does; then it is told twice, as AWS
does: once for the property, and once for each cause. What only making a resource will tell stands as a
placeholder.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from windsock.languages.stacks import (
    Evaluation,
    Resource,
    attributes_in,
    dependencies,
    in_order,
    names_in,
)
from windsock.services.cloudformation.coercing import coerced
from windsock.services.cloudformation.evaluating import Resources, Surroundings, declared_of, evaluation_of
from windsock.services.cloudformation.resource_rows import ResourceRow
from windsock.services.cloudformation.schemas import schema
from windsock.services.cloudformation.stack import Settings, Stack

# What stands in a change set for a value that only making the resource will tell.
KNOWN_AFTER_APPLY: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"

Action = Literal["Add", "Modify", "Remove"]
Recreation = Literal["Never", "Always", "Conditionally"]
Source = Literal["DirectModification", "ParameterReference", "ResourceReference", "ResourceAttribute"]


# What a template says of a resource besides its properties, as far as a change of it is one of the resource.
_ATTRIBUTES: Final = ("CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy")


@dataclass(frozen=True, slots=True)
class Detail:
    """One reason for which one property changes; `cause` is the parameter or resource, if it is one.

    An `attribute` other than `Properties` changes as a whole, its name is the attribute's. `told` says where
    AWS tells of it: what another resource causes is a direct modification too when values are shown; what
    only may change is left out then.
    """

    name: str
    evaluation: Literal["Static", "Dynamic"]
    source: Source
    recreation: Recreation
    before: Any
    after: Any
    cause: str | None = None
    attribute: str = "Properties"
    told: Literal["always", "with values", "without values"] = "always"

    def is_told(self, with_values: bool) -> bool:
        """Whether it is shown in a change set with, or without, the values of properties."""
        return self.told == "always" or (self.told == "with values") is with_values


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one resource; `before` and `after` are its properties."""

    action: Action
    logical_id: str
    type: str
    physical_id: str | None = None
    replacement: Literal["True", "False", "Conditional"] | None = None
    policy_action: str | None = None
    details: list[Detail] = field(default_factory=list)
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


class Foreseen(Resources):
    """The resources of a stack as they would be: those that are made anew tell nothing yet."""

    def __init__(self, rows: Mapping[str, ResourceRow]) -> None:
        super().__init__(rows)
        self.made_anew: set[str] = set()
        self.changing: dict[str, list[str]] = {}
        """The names of the properties of each resource that change in place."""

    def ref(self, logical_id: str) -> Any:
        return KNOWN_AFTER_APPLY if logical_id in self.made_anew else super().ref(logical_id)

    def attribute(self, logical_id: str, name: str) -> Any:
        return KNOWN_AFTER_APPLY if logical_id in self.made_anew else super().attribute(logical_id, name)


class _Exports(dict[str, str]):
    """What other stacks export; what none does yet may be there when the change set is executed."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return KNOWN_AFTER_APPLY


def foreseen_changes(
    stack: Stack,
    after: Settings,
    rows: Mapping[str, ResourceRow],
    surroundings: Surroundings,
) -> list[Change]:
    """What deploying a stack with these settings would change, in the order of logical ids.

    Raises TemplateError.
    """
    values = Foreseen(rows)
    surroundings = Surroundings(surroundings.zones, _Exports(surroundings.exports))
    evaluation = evaluation_of(stack, after, rows, surroundings, values)
    wanted = {each.logical_id: each for each in evaluation.resources()}
    needed = {name: dependencies(evaluation.template, each) for name, each in wanted.items()}
    values.made_anew = {name for name in wanted if not _is_there(rows, name)}
    changed_parameters = {
        name for name, text in after.parameters.items() if stack.settings.parameters.get(name) != text
    }
    changes = [_removed(row) for name, row in rows.items() if _is_there(rows, name) and name not in wanted]
    for name in in_order(needed):
        if name in wanted:
            change = _change(evaluation, wanted[name], rows.get(name), values, changed_parameters)
            if change is not None:
                changes.append(change)
    return sorted(changes, key=lambda change: change.logical_id)


def _change(
    evaluation: Evaluation,
    resource: Resource,
    row: ResourceRow | None,
    values: Foreseen,
    changed_parameters: set[str],
) -> Change | None:
    name, kind = resource.logical_id, resource.type
    properties = coerced(kind, evaluation.properties(resource))
    if name in values.made_anew or row is None:
        return Change("Add", name, kind, after=properties)
    changed = sorted(
        key for key in {*row.properties, *properties} if row.properties.get(key) != properties.get(key)
    )
    details = [
        detail
        for key in changed
        for detail in _details(resource, row, key, properties.get(key), values, changed_parameters)
    ]
    details += _may_change(resource, row, {key for key in properties if key not in changed}, values)
    declared = declared_of(evaluation, resource)
    for attribute in _ATTRIBUTES:
        before, after = row.declared.get(attribute), declared.get(attribute)
        if before != after:
            written = resource.member(attribute)
            causes = _causes_of(written, values, changed_parameters)
            details += _detailed(attribute, causes, "Never", before, after, attribute)
    if not details:
        return None
    known = schema(kind)
    replaced = known is not None and known.replaces(row.properties, properties)
    if replaced:
        values.made_anew.add(name)
    else:
        values.changing[name] = changed
    keep = resource.member("UpdateReplacePolicy") == "Retain"
    return Change(
        "Modify",
        name,
        kind,
        row.physical_id,
        "True" if replaced else "False",
        ("ReplaceAndRetain" if keep else "ReplaceAndDelete") if replaced else None,
        details,
        row.properties,
        properties,
    )


def _details(
    resource: Resource,
    row: ResourceRow,
    key: str,
    after: Any,
    values: Foreseen,
    changed_parameters: set[str],
) -> Iterator[Detail]:
    causes = _causes_of(resource.properties.get(key), values, changed_parameters)
    yield from _detailed(key, causes, _recreation(resource.type, key), row.properties.get(key), after)


def _detailed(
    name: str,
    causes: list[tuple[Source, str]],
    recreation: Recreation,
    before: Any,
    after: Any,
    attribute: str = "Properties",
) -> Iterator[Detail]:
    evaluation: Literal["Static", "Dynamic"] = "Dynamic" if causes else "Static"
    by_resources = bool(causes) and all(source != "ParameterReference" for source, _ in causes)
    yield Detail(
        name,
        evaluation,
        "DirectModification",
        recreation,
        before,
        after,
        attribute=attribute,
        told="with values" if by_resources else "always",
    )
    for source, cause in causes:
        yield Detail(name, "Static", source, recreation, before, after, cause, attribute)


def _may_change(
    resource: Resource, row: ResourceRow, unchanged: set[str], values: Foreseen
) -> Iterator[Detail]:
    """Properties that ask another resource for what changes in it: what they will be is not known yet."""
    for key in sorted(unchanged):
        for logical_id, attribute in dict.fromkeys(attributes_in(resource.properties.get(key))):
            if attribute in values.changing.get(logical_id, ()):
                value, recreation = row.properties.get(key), _recreation(resource.type, key)
                cause = f"{logical_id}.{attribute}"
                yield Detail(
                    key,
                    "Dynamic",
                    "ResourceAttribute",
                    recreation,
                    value,
                    value,
                    cause,
                    told="without values",
                )


def _recreation(kind: str, key: str) -> Recreation:
    known = schema(kind)
    if known is not None and any(path.partition("/")[0] == key for path in known.create_only):
        return "Always"
    if known is not None and any(path.partition("/")[0] == key for path in known.conditional_create_only):
        return "Conditionally"
    return "Never"


def _causes_of(written: Any, values: Foreseen, changed_parameters: set[str]) -> list[tuple[Source, str]]:
    return list(dict.fromkeys(_causes(written, values, changed_parameters)))


def _causes(written: Any, values: Foreseen, changed_parameters: set[str]) -> Iterator[tuple[Source, str]]:
    """What else changes that a value, as it is written, names."""
    attributes = list(attributes_in(written))
    asked = {logical_id for logical_id, _ in attributes}
    for name in names_in(written):
        if name in changed_parameters:
            yield "ParameterReference", name
        elif name in values.made_anew and name not in asked:
            yield "ResourceReference", name
    for logical_id, attribute in attributes:
        if logical_id in values.made_anew:
            yield "ResourceAttribute", f"{logical_id}.{attribute}"


def _removed(row: ResourceRow) -> Change:
    policy = (
        "Retain" if row.declared.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate") else "Delete"
    )
    return Change(
        "Remove", row.logical_id, row.type, row.physical_id, policy_action=policy, before=row.properties
    )


def _is_there(rows: Mapping[str, ResourceRow], name: str) -> bool:
    return name in rows and rows[name].is_there
