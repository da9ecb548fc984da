"""What AWS publishes of each type of resource: its properties, and which of them replace a resource.

One file of data a type in `schema_data/`; `scripts/generate_stack_schemas.py` writes them.
Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

import orjson

_DIRECTORY: Final = resources.files("windsock.services.cloudformation").joinpath("schema_data")


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """One type. `properties` is JSON Schema, as are `definitions`; all names are paths (`A/B`)."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    definitions: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    create_only: tuple[str, ...] = ()
    conditional_create_only: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()
    write_only: tuple[str, ...] = ()
    identifier: tuple[str, ...] = ()

    @property
    def attributes(self) -> frozenset[str]:
        """What GetAtt may ask for, with dots between the parts of a name."""
        return frozenset(name.replace("/", ".") for name in self.read_only)

    def replaces(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Whether the change from these properties to those makes a new resource."""
        return any(_at(before, path) != _at(after, path) for path in self.create_only)


@functools.cache
def schema(name: str) -> Schema | None:
    """The schema of a type; None for one that is not there."""
    file = _DIRECTORY.joinpath(f"{name.replace('::', '-').lower()}.json")
    if not file.is_file():
        return None
    data = orjson.loads(file.read_bytes())
    members: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
    }
    return Schema(**members)


def _at(properties: Mapping[str, Any], path: str) -> Any:
    found: Any = properties
    for part in path.split("/"):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
