"""Properties as the parameters of an operation, by the operation's own model.

Most properties are parameters of the call that makes the resource, under the same names but for the case of
letters, of the same types but for policies and patterns, which templates have as objects and calls as text.
What the model does not have is told: nothing of a template is left out silently.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from windsock.kernel.models import operation_model
from windsock.kernel.shapes import is_list, is_map, is_structure
from windsock.languages.stacks.template import text_of
from windsock.services.cloudformation.resource_type import Failed

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape


def parameters(
    service: str, operation: str, properties: Mapping[str, Any], token: str = ""
) -> dict[str, Any]:
    """Those of the properties that are parameters, as the operation takes them.

    `token` becomes what tells the operation that it is asked for the same again, if it takes that.
    Raises Failed for what is within a parameter and not in the model.
    """
    shape = input_shape(service, operation)
    names = _members(shape)
    known = {names[name.lower()]: value for name, value in properties.items() if name.lower() in names}
    given = {name: _converted(shape.members[name], value, (name,)) for name, value in known.items()}
    tokens = [name for name, each in shape.members.items() if each.metadata.get("idempotencyToken")]
    return {**dict.fromkeys(tokens, token), **given} if token else given


def takes(service: str, operation: str, name: str) -> bool:
    """Whether a property is a parameter of an operation."""
    return name.lower() in _members(input_shape(service, operation))


def known_by(service: str, operation: str, parameter: str, physical_id: str) -> dict[str, Any]:
    """The parameter that says which resource an operation is about: some take several, by a list."""
    shape = input_shape(service, operation)
    return {parameter: [physical_id] if is_list(shape.members[parameter]) else physical_id}


def tag_parameters(service: str, operation: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """Tags as an operation takes them; nothing for one that takes none, or where there are none."""
    shape = input_shape(service, operation)
    names = _members(shape)
    name = names.get("tags", names.get("tagslist"))
    if name is None or not tags:
        return {}
    member = shape.members[name]
    if not is_list(member) or not is_structure(member.member):
        return {name: dict(tags)}
    key, value = (
        next(each for each in member.member.members if each.lower().endswith(ending))
        for ending in ("key", "value")
    )
    return {name: [{key: each, value: content} for each, content in tags.items()]}


def input_shape(service: str, operation: str) -> StructureShape:
    """The parameters of an operation that has some."""
    shape = operation_model(service, operation).input_shape
    if shape is None:
        raise Failed(f"{operation} takes no parameters.")
    return shape


def as_text(value: Any) -> Any:
    """A policy, a pattern or the like as calls take it: objects as JSON text."""
    return json.dumps(value) if isinstance(value, Mapping | list) else value


@functools.lru_cache(maxsize=1024)
def _members(shape: StructureShape) -> Mapping[str, str]:
    return {name.lower(): name for name in shape.members}


def _converted(shape: Shape, value: Any, path: tuple[str, ...]) -> Any:
    if is_structure(shape) and isinstance(value, Mapping):
        return value if shape.is_document_type else _structure(shape, value, path)
    if is_list(shape) and isinstance(value, list):
        return [_converted(shape.member, each, path) for each in value]
    if is_map(shape) and isinstance(value, Mapping):
        return {key: _converted(shape.value, each, (*path, key)) for key, each in value.items()}
    return _scalar(shape.type_name, value)


def _structure(shape: StructureShape, value: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    names = _members(shape)
    for name in value:
        if name.lower() not in names:
            raise Failed(f"windsock does not set the property {'/'.join((*path, name))} yet.")
    given = {names[name.lower()]: each for name, each in value.items()}
    return {name: _converted(shape.members[name], each, (*path, name)) for name, each in given.items()}


def _scalar(kind: str, value: Any) -> Any:
    """A scalar as the model has it, as far as it can be that."""
    match kind:
        case "string" if isinstance(value, Mapping | list):
            return as_text(value)
        case "string" if not isinstance(value, str):
            return text_of(value)
        case "integer" | "long" if isinstance(value, str) and value.lstrip("-").isdigit():
            return int(value)
        case "boolean" if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        case "blob" if isinstance(value, str):
            return value.encode()
        case "timestamp" if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        case _:
            return value
