"""The types of resources there are, by their names."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

from windsock.kernel.discovery import marked
from windsock.services.cloudformation.resource_type import ResourceType, ResourceTypeMarker

_PACKAGE: Final = "windsock.services.cloudformation.resource_types"
_CUSTOM: Final = "AWS::CloudFormation::CustomResource"


@functools.cache
def resource_types() -> Mapping[str, ResourceType]:
    """Every type of resource by its name."""
    return {marker.name: kind() for marker, kind in marked(_PACKAGE, ResourceTypeMarker)}


def resource_type_of(name: str) -> ResourceType | None:
    """The type of that name, or None. All custom resources are of one type."""
    return resource_types().get(_CUSTOM if name.startswith("Custom::") else name)
