"""Resources whose properties are parameters: of a call that makes them, and of one that changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.parameters import known_by, parameters, tag_parameters, takes
from windsock.services.cloudformation.resource_type import (
    Existing,
    Failed,
    Made,
    Properties,
    Refused,
    ResourceType,
)
from windsock.services.cloudformation.tagging import Tagging, tags_of
from windsock.services.cloudformation.work import Work


class ByModel(ResourceType):
    """A resource of `service`; a type says which operations there are, and what is not as everywhere.

    `id_parameter` is that by which the changing and the removing operation (`delete_parameter` if that has
    another one) know the resource; the removing one is also given the properties in `within`, which say where
    it is, and `delete_with`. A type with a `name_property` is given a name if a template gives none, its id
    is the name unless the making call's answer has it (at `answer`). `renamed` are properties that are
    parameters under other names, `settled` those that only `settle` deals with, `changed` those that it
    deals with in a resource that is there, `defaults` what a property becomes that is not declared any more.
    `there` and `gone` are the errors for a resource that is there already, or not (any more).
    """

    service: ClassVar[str]
    create_operation: ClassVar[str]
    update_operation: ClassVar[str] = ""
    delete_operation: ClassVar[str]
    id_parameter: ClassVar[str]
    delete_parameter: ClassVar[str] = ""
    delete_with: ClassVar[Mapping[str, Any]] = {}
    within: ClassVar[tuple[str, ...]] = ()
    answer: ClassVar[tuple[str | int, ...]] = ()
    name_property: ClassVar[str] = ""
    longest_name: ClassVar[int] = 255
    lower_name: ClassVar[bool] = False
    renamed: ClassVar[Mapping[str, str]] = {}
    settled: ClassVar[frozenset[str]] = frozenset()
    changed: ClassVar[frozenset[str]] = frozenset()
    defaults: ClassVar[Mapping[str, Any]] = {}
    tagging: ClassVar[Tagging | None] = Tagging()
    there: ClassVar[tuple[str, ...]] = ()
    gone: ClassVar[tuple[str, ...]]

    async def create(self, work: Work, properties: Properties) -> Made:
        given = self._named(work, properties)
        self._check(given)
        operation = self.create_operation
        answer: Mapping[str, Any] = {}
        with work.there(*self.there):
            answer = await work.call(
                self.service,
                operation,
                **(tag_parameters(self.service, operation, tags_of(work, given)) if self.tagging else {}),
                **self.params(work, operation, given),
            )
        physical_id = await self.identify(work, given, answer)
        work.began(physical_id)
        await self.settle(work, physical_id, {}, given)
        await work.until(lambda: self.is_ready(work, physical_id))
        return Made(physical_id, await self.attributes(work, physical_id, given))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        physical_id = existing.physical_id
        given = self._as_named(existing, properties)
        self._check(given)
        self._check_changes(existing.properties, given)
        if self.update_operation:
            params = self.changes(work, existing.properties, given)
            known = known_by(self.service, self.update_operation, self.id_parameter, self.known_as(existing))
            await work.call(self.service, self.update_operation, **{**params, **known})
        await self.settle(work, physical_id, existing.properties, given)
        await work.until(lambda: self.is_ready(work, physical_id))
        attributes = await self.attributes(work, physical_id, given)
        if self.tagging is not None:
            resource = self.tagged(physical_id, attributes)
            await self.tagging.change(work, self.service, resource, existing.properties, given)
        return Made(physical_id, attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        operation, parameter = self.delete_operation, self.delete_parameter or self.id_parameter
        where = {name: each for name, each in existing.properties.items() if name in self.within}
        params = {
            **parameters(self.service, operation, where),
            **self.delete_with,
            **known_by(self.service, operation, parameter, self.known_as(existing)),
        }
        with work.gone(*self.gone):
            await work.call(self.service, operation, **params)
            await work.until(lambda: self.is_gone(work, existing.physical_id))

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        """The parameters of the making or the changing operation, without tags."""
        given = {
            self.renamed.get(name, name): value
            for name, value in properties.items()
            if name != "Tags" and name not in self.settled
        }
        return parameters(self.service, operation, given, work.token)

    def changes(self, work: Work, before: Properties, properties: Properties) -> dict[str, Any]:
        """The parameters of the changing operation."""
        cleared = {name: value for name, value in self.defaults.items() if name in before}
        return self.params(work, self.update_operation, {**cleared, **properties})

    def takes(self, operation: str, parameter: str) -> bool:
        """Whether an operation takes a parameter."""
        return takes(self.service, operation, parameter)

    async def identify(self, work: Work, properties: Properties, answer: Mapping[str, Any]) -> str:
        """The id of what was made."""
        if not self.answer:
            return str(properties[self.name_property])
        found: Any = answer or await self.made_before(work, properties)
        for member in self.answer:
            found = found[member]
        return str(found)

    async def made_before(self, work: Work, properties: Properties) -> Mapping[str, Any]:
        """What an earlier attempt has made, in an answer like that of the making operation.

        Only asked of a type that has its id from there, and knows errors for what is `there` already.
        """
        raise Failed("The resource is there already.")

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        """Do what neither the making nor the changing call does."""

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        """Whether it can be used."""
        return True

    async def is_gone(self, work: Work, physical_id: str) -> bool:
        """Whether removing it is over, where that takes time; an error of `gone` says so too."""
        return True

    def known_as(self, existing: Existing) -> str:
        """What the changing and the removing operation know it by."""
        return existing.physical_id

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        """What GetAtt gives."""
        return {}

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        """What the operations of tags know it by."""
        return str(attributes.get("Arn", physical_id))

    def _named(self, work: Work, properties: Properties) -> Properties:
        if not self.name_property or self.name_property in properties:
            return properties
        return {**properties, self.name_property: work.name(self.longest_name, lower=self.lower_name)}

    def _as_named(self, existing: Existing, properties: Properties) -> Properties:
        if not self.name_property or self.answer or self.name_property in properties:
            return properties
        return {**properties, self.name_property: existing.physical_id}

    def _check(self, properties: Properties) -> None:
        unknown = [name for name in properties if not self._is_set(self.create_operation, name)]
        if unknown:
            raise Refused(f"windsock does not set the property {unknown[0]} of this type yet.")

    def _check_changes(self, before: Properties, after: Properties) -> None:
        for name in (*before, *after):
            if name == self.name_property or before.get(name) == after.get(name):
                continue
            if name not in self.changed and not self._is_set(self.update_operation, name):
                raise Refused(f"windsock does not change the property {name} of this type in place yet.")

    def _is_set(self, operation: str, name: str) -> bool:
        if name in self.settled:
            return True
        if name == "Tags":
            return self.tagging is not None
        return bool(operation) and self.takes(operation, self.renamed.get(name, name))
