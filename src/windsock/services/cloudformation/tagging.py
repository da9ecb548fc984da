"""Tags of a resource that is there: those that were changed are put, those not declared any more taken away.

Services have two operations for that, which differ in names but not in what they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from windsock.kernel.shapes import is_list, is_structure
from windsock.services.cloudformation.parameters import input_shape, known_by
from windsock.services.cloudformation.resource_type import Properties
from windsock.services.cloudformation.work import Work


@dataclass(frozen=True, slots=True)
class Tagging:
    """A service's operations that put and take away tags; `kind` is what some want to know beside the id."""

    put: str = "TagResource"
    remove: str = "UntagResource"
    kind: str | None = None

    async def change(
        self, work: Work, service: str, resource: str, before: Properties, after: Properties
    ) -> None:
        """Give a resource (an ARN, or what else the operations know it by) the tags that it is to have."""
        old, new = _pairs(before.get("Tags")), tags_of(work, after)
        left = [key for key in old if key not in new]
        changed = {key: value for key, value in new.items() if old.get(key) != value}
        steps: tuple[tuple[str, Mapping[str, str | None]], ...] = (
            (self.remove, dict.fromkeys(left)),
            (self.put, changed),
        )
        for operation, tags in steps:
            if tags:
                given = _given(service, operation, resource, tags)
                await work.call(service, operation, ResourceType=self.kind, **given)


def tags_of(work: Work, properties: Properties) -> dict[str, str]:
    """The tags that a resource is to have, by their keys: its own over the stack's."""
    own = [{"Key": key, "Value": value} for key, value in _pairs(properties.get("Tags")).items()]
    return {tag["Key"]: tag["Value"] for tag in work.tags(own)}


def _pairs(tags: Any) -> dict[str, str]:
    """Tags as templates have them: a list of pairs, or an object."""
    if isinstance(tags, Mapping):
        return {key: str(value) for key, value in tags.items()}
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def _given(service: str, operation: str, resource: str, tags: Mapping[str, str | None]) -> dict[str, Any]:
    """The parameters: which resource, and tags or their keys, as a list of either or as a map."""
    shape = input_shape(service, operation)
    which = next(name for name in shape.required_members if name != "ResourceType" and not _is_of_tags(name))
    what = next(name for name in shape.members if _is_of_tags(name))
    member = shape.members[what]
    given: Any = dict(tags)
    if is_list(member) and is_structure(member.member):
        key, value = member.member.members
        pairs = ({key: each, value: content} for each, content in tags.items())
        given = [{name: each for name, each in pair.items() if each is not None} for pair in pairs]
    elif is_list(member):
        given = list(tags)
    return {**known_by(service, operation, which, resource), what: given}


def _is_of_tags(name: str) -> bool:
    return name.lower().startswith("tag")
