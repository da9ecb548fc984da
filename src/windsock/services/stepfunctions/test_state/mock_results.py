"""Checking a mocked result against what the API that the task calls would answer.

Source: "Testing state machines with TestState API"
https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.kernel.errors import UnknownService
from windsock.kernel.models import operation_model
from windsock.kernel.sdk_names import operation_of_sdk_name, service_of_sdk_name
from windsock.kernel.shapes import is_list, is_map, is_structure
from windsock.languages.asl.resources import Resource
from windsock.services.stepfunctions.errors import not_valid
from windsock.services.stepfunctions.sdk_shapes import capitalized

if TYPE_CHECKING:
    from botocore.model import Shape

_SDK: Final = "aws-sdk:"

_SERVICES: Final[Mapping[str, str]] = {"states": "stepfunctions", "elasticmapreduce": "emr"}
"""botocore's names of services whose integrations are named otherwise."""

_JSON: Final = frozenset({"lambda:invoke.Payload"})
"""Members that tasks see as JSON, whatever the API's model says."""

_TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "boolean": ((bool,), "a boolean"),
    **dict.fromkeys(("integer", "long", "float", "double"), ((int, float), "a number")),
    **dict.fromkeys(("string", "blob", "timestamp", "character"), ((str,), "a string")),
    **dict.fromkeys(("structure", "map"), ((dict,), "an object")),
    "list": ((list,), "an array"),
}


def check_mock_result(resource: Resource, result: Any, mode: str) -> None:
    """Raise a ValidationException when a task of this resource cannot have such a result.

    `mode` is STRICT, PRESENT (members may be missing) or NONE. What no API's model tells of is not checked:
    the results of functions, HTTP requests, jobs and callbacks.
    """
    if mode == "NONE" or resource.pattern:
        return
    found = _operation(resource)
    shape = None if found is None else operation_model(*found).output_shape
    if shape is not None:
        _check(shape, result, f"{resource.type}:{resource.action}", is_strict=mode == "STRICT")


def _operation(resource: Resource) -> tuple[str, str] | None:
    """The service and operation that the resource of an integration means, if there are such."""
    service: str | None = _SERVICES.get(resource.type, resource.type)
    if resource.type.startswith(_SDK):
        service = service_of_sdk_name(resource.type.removeprefix(_SDK))
    if not service:
        return None
    try:
        operation = operation_of_sdk_name(service, resource.action)
    except UnknownService:
        return None
    return None if operation is None else (service, operation)


def _check(shape: Shape, value: Any, name: str, *, is_strict: bool) -> None:
    """Raise for a value that the shape does not allow; `name` is that of its member."""
    kind, called = _TYPES[shape.type_name]
    if type(value) not in kind:
        raise _refusal(f"Field '{name.rpartition('.')[2]}' must be {called}")
    if is_structure(shape):
        if shape.is_document_type:
            return
        members = {capitalized(member): each for member, each in shape.members.items()}
        for member in map(capitalized, shape.required_members if is_strict else ()):
            if member not in value:
                raise _refusal(f"Required field '{member}' is missing")
        for member, each in value.items():
            within = f"{name}.{member}"
            if member in members and within not in _JSON:
                _check(members[member], each, within, is_strict=is_strict)
    elif is_list(shape):
        for each in value:
            _check(shape.member, each, name, is_strict=is_strict)
    elif is_map(shape):
        for key, each in value.items():
            _check(shape.value, each, f"{name}.{key}", is_strict=is_strict)


def _refusal(problem: str) -> Exception:
    return not_valid(f"Mock result schema validation error: {problem}")
