"""Resources of EC2 that one call makes and another removes, by their ids: most of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from windsock.services.cloudformation.resource_type import Existing, Made, Properties, ResourceType
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work

TAGGING: Final = Tagging("CreateTags", "DeleteTags")


class OneCall(ResourceType):
    """Made by `create_operation`, whose answer has the id at `answer`, and removed by `delete_operation`.

    `id_parameter` is that of the removing call, `noun` the resource's in TagSpecifications (empty for one
    that takes no tags when it is made), `gone` the errors for one that is not there. A type with a
    `name_property` is given a name if a template gives none.
    """

    create_operation: ClassVar[str]
    answer: ClassVar[tuple[str, ...]]
    delete_operation: ClassVar[str]
    id_parameter: ClassVar[str]
    noun: ClassVar[str] = ""
    gone: ClassVar[tuple[str, ...]]
    name_property: ClassVar[str] = ""
    longest_name: ClassVar[int] = 255

    async def create(self, work: Work, properties: Properties) -> Made:
        if self.name_property and self.name_property not in properties:
            properties = {**properties, self.name_property: work.name(self.longest_name)}
        answer: Any = await work.call(
            "ec2", self.create_operation, **self.params(properties), **self._tags(work, properties)
        )
        for member in self.answer:
            answer = answer[member]
        physical_id = str(answer)
        work.began(physical_id)
        await self.settle(work, physical_id, {}, properties)
        return Made(physical_id, await self.attributes(work, physical_id, properties))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        await self.settle(work, existing.physical_id, existing.properties, properties)
        if self.noun:
            await TAGGING.change(work, "ec2", existing.physical_id, existing.properties, properties)
        return Made(existing.physical_id, await self.attributes(work, existing.physical_id, properties))

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone(*self.gone):
            await work.call("ec2", self.delete_operation, **{self.id_parameter: existing.physical_id})

    def params(self, properties: Properties) -> dict[str, Any]:
        """The parameters of the making call: the properties, unless the type says otherwise."""
        return {name: value for name, value in properties.items() if name != "Tags"}

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        """Do what the making call does not, and what can be changed later."""

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        """What GetAtt gives."""
        return {}

    def _tags(self, work: Work, properties: Properties) -> dict[str, Any]:
        tags = work.tags(properties.get("Tags"))
        if not self.noun or not tags:
            return {}
        return {"TagSpecifications": [{"ResourceType": self.noun, "Tags": tags}]}


def only(properties: Properties, *names: str) -> dict[str, Any]:
    """Some of the properties."""
    return {name: properties[name] for name in names if name in properties}
