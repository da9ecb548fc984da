"""What a type of resource must be able to do: make, change and remove one resource, by calls.

One file a type below `resource_types`, named after it (`resource_types/sns/topic.py`), with a class under
`@resource_type`. A type is written as if nothing was ever interrupted; what must be known for that is in its
`Work`: a repeated `create` finds `work.resumed` set, has the same `name` and `token` as before, and passes
over what is there already.

What the type needs no code for comes from AWS's published schema of it (`schemas.py`): which properties there
are, of which type, which a resource cannot be changed in (they replace it), which are required.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windsock.kernel.discovery import mark

if TYPE_CHECKING:
    from windsock.services.cloudformation.work import Work

# The properties of a resource, evaluated: no intrinsic function is left, scalars are of the schema's types.
Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that was made or changed. Ref gives its `physical_id`, GetAtt its `attributes`."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Existing:
    """A resource as it was last made or changed, with the properties it was then given."""

    physical_id: str
    properties: Properties
    attributes: Mapping[str, Any]


class ResourceType(ABC):
    """One type of resource."""

    @abstractmethod
    async def create(self, work: Work, properties: Properties) -> Made:
        """Make it; returns once it is ready to be used. Raises AwsError, or Failed with a reason."""

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        """Change it in place. Never called where the schema says that what changes replaces the resource."""
        raise Refused("Resource of this type cannot be updated.")

    async def snapshot(self, work: Work, existing: Existing) -> None:
        """Keep what is in it, before it is removed by the policy `Snapshot`."""
        raise Failed("There are no snapshots of resources of this type.")

    @abstractmethod
    async def delete(self, work: Work, existing: Existing) -> None:
        """Remove it; returns once it is gone. What is gone already is no failure (`work.gone`)."""


class Failed(Exception):
    """A resource that could not be made, changed or removed, for a reason that no call gave."""


class Refused(Failed):
    """A change that was not begun: the resource is as it was."""


@dataclass(frozen=True, slots=True)
class ResourceTypeMarker:
    """Set on a class by `resource_type`."""

    name: str


def resource_type(name: str) -> Any:
    """Register a class as the type `name`, such as `AWS::SNS::Topic`."""

    def register(kind: type[ResourceType]) -> type[ResourceType]:
        mark(kind, ResourceTypeMarker(name))
        return kind

    return register
