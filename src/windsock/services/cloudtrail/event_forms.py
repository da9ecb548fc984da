"""What CloudTrail makes of a call to each operation: its names, whether it only reads, what it is about.

Data events (calls on what is inside a resource: messages, objects, items) are left out unless a trail asks
for them; they are listed in `event_forms.json` with the type of resource that a selector names.
Sources: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
and https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal

from botocore.model import OperationModel

from windsock.kernel.errors import UnknownOperation
from windsock.kernel.models import operation_model, service_model
from windsock.kernel.read_only import is_read_only

GLOBAL_REGION: Final = "us-east-1"
"""Where the calls of services without regions are kept."""

_LAMBDA_DATE: Final = re.compile(r"^/(\d{4})-(\d{2})-(\d{2})/")
# Operations of Lambda whose event names say that they are of the second form.
_LAMBDA_V2: Final = frozenset(
    {
        "AddPermission",
        "GetFunction",
        "GetPolicy",
        "RemovePermission",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """What an event is called and where it belongs.

    `data_type` is the type of resource of a data event; a management event has none. `is_global` says that
    it is of a service without regions.
    """

    source: str
    name: str
    read_only: bool
    event_type: Literal["AwsApiCall", "AwsConsoleSignIn"] = "AwsApiCall"
    data_type: str | None = None
    is_global: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForm(EventForm):
    """How an operation's calls are written.

    `data_arn` is the ARN of a data event's resource, with parameters in braces, where it is not what IAM asks
    for.
    """

    model: OperationModel
    data_arn: str | None
    resource_types: Mapping[str, str]


@functools.cache
def event_form(service: str, operation: str) -> CallForm | None:
    """The form of an operation's calls; None for those that CloudTrail does not log at all."""
    tables = _tables()
    if operation in tables["unlogged"].get(service, ()):
        return None
    try:
        model = operation_model(service, operation)
    except UnknownOperation:
        return None  # one that only windsock itself can ask for
    data_type = _data_type(tables["data"].get(service, {}), operation)
    return CallForm(
        model=model,
        source=_source(service),
        name=_name(service, model),
        read_only=is_read_only(operation),
        is_global=service in tables["global"],
        data_type=data_type,
        data_arn=tables["arns"].get(data_type),
        resource_types=tables["resources"].get(service, {}),
    )


def _data_type(of_service: Mapping[str, list[str]], operation: str) -> str | None:
    return next((kind for kind, operations in of_service.items() if operation in operations), None)


@functools.cache
def _source(service: str) -> str:
    known = _tables()["sources"].get(service)
    if known is not None:
        return f"{known}.amazonaws.com"
    metadata = service_model(service).metadata
    prefix: str = metadata["endpointPrefix"]
    name = metadata.get("signingName", prefix) if "." in prefix else prefix
    return f"{name}.amazonaws.com"


def _name(service: str, model: OperationModel) -> str:
    """The operation's, but for Lambda's, which carry the version of the API."""
    if service != "lambda":
        return str(model.name)
    dated = _LAMBDA_DATE.match(model.http["requestUri"])
    version = "".join(dated.groups()) if dated else ""
    return f"{model.name}{version}{'v2' if model.name in _LAMBDA_V2 else ''}"


@functools.cache
def _tables() -> Mapping[str, Any]:
    file = resources.files("windsock.services.cloudtrail").joinpath("event_forms.json")
    tables: Mapping[str, Any] = json.loads(file.read_bytes())
    return tables
