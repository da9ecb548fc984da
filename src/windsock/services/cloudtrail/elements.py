"""Requests and responses as CloudTrail writes them: lower camel case, no secrets, no bodies.

What a service's model marks as sensitive is hidden; bytes (code, payloads) are left out. EC2 writes lists as
sets of items, as its XML does.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"

# How EC2 calls the lists of its requests, and the items of those that are plain texts.
_EC2_SETS: Final[Mapping[str, tuple[str, str]]] = {
    "Resources": ("resourcesSet", "resourceId"),
    "Tags": ("tagSet", "tag"),
    "Filters": ("filterSet", "filter"),
    "Values": ("valueSet", "value"),
    "ImageIds": ("imagesSet", "imageId"),
    "InstanceIds": ("instancesSet", "instanceId"),
    "SecurityGroupIds": ("groupSet", "groupId"),
    "SecurityGroups": ("groupSet", "groupName"),
    "Owners": ("ownersSet", "owner"),
    "IpPermissions": ("ipPermissions", "ipPermission"),
    "BlockDeviceMappings": ("blockDeviceMapping", "blockDevice"),
}


def request_elements(service: str, shape: Shape | None, params: Mapping[str, Any]) -> dict[str, Any] | None:
    """`requestParameters`: None where nothing was asked for."""
    if shape is None or not params:
        return None
    written = _Writer(_ec2_request if service == "ec2" else _plain).structure(shape, params)
    if service == "ec2" and shape.name == "RunInstancesRequest":
        written = _launched(written)
    return written or None


def response_elements(service: str, shape: Shape | None, result: Mapping[str, Any]) -> dict[str, Any] | None:
    """`responseElements`: None where nothing was answered."""
    if shape is None or not result:
        return None
    return _Writer(_ec2_response if service == "ec2" else _plain).structure(shape, result) or None


class _Writer:
    """Writes values by their shapes; `named` gives the name of a member and, for sets, that of its items."""

    def __init__(self, named: Callable[[str, Shape], tuple[str, str | None]]) -> None:
        self._named = named

    def structure(self, shape: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
        written: dict[str, Any] = {}
        members = shape.members if isinstance(shape, StructureShape) else {}
        for member, given in value.items():
            inner = members.get(member)
            if inner is None or given is None or inner.type_name == "blob":
                continue
            name, item = self._named(member, inner)
            written[name] = self._set(inner, given, item) if item else self.value(inner, given)
        return written

    def value(self, shape: Shape, value: Any) -> Any:
        if shape.metadata.get("sensitive"):
            return HIDDEN
        if isinstance(shape, StructureShape):
            return self.structure(shape, value)
        if isinstance(shape, ListShape):
            return [self.value(shape.member, each) for each in value]
        if isinstance(shape, MapShape):
            return {str(key): self.value(shape.value, each) for key, each in value.items()}
        if isinstance(value, datetime):
            return f"{value:%b} {value.day}, {value:%Y, %I:%M:%S %p}"
        return value

    def _set(self, shape: Shape, value: Any, item: str) -> dict[str, Any]:
        written = self.value(shape, value)
        return {"items": [each if isinstance(each, dict) else {item: each} for each in written]}


def _plain(member: str, shape: Shape) -> tuple[str, str | None]:
    return member[:1].lower() + member[1:], None


def _ec2_request(member: str, shape: Shape) -> tuple[str, str | None]:
    if shape.type_name != "list":
        return _plain(member, shape)
    known = _EC2_SETS.get(member)
    if known is not None:
        return known
    single = _plain(member.removesuffix("s"), shape)[0]
    return f"{single.removesuffix('Id')}Set", single


def _ec2_response(member: str, shape: Shape) -> tuple[str, str | None]:
    name = shape.serialization.get("name") or _plain(member, shape)[0]
    return name, "item" if shape.type_name == "list" else None


def _launched(written: dict[str, Any]) -> dict[str, Any]:
    """RunInstances: what is launched stands in a set of instances."""
    moved = ("imageId", "minCount", "maxCount", "keyName")
    item = {name: written[name] for name in moved if name in written}
    return {"instancesSet": {"items": [item]}} | {
        name: value for name, value in written.items() if name not in moved
    }
