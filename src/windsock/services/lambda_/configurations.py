"""A function's configuration: made of parameters, checked, and told.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from windsock.engine.operations import Params
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.lambda_.environments import checked_environment
from windsock.services.lambda_.errors import InvalidParameterValue, constraint_broken
from windsock.services.lambda_.limits import (
    DEFAULT_MEMORY_MB,
    DEFAULT_STORAGE_MB,
    DEFAULT_TIMEOUT,
    MAX_MEMORY_MB,
    MAX_STORAGE_MB,
    MAX_TIMEOUT,
)
from windsock.services.lambda_.names import LATEST, FunctionName
from windsock.services.lambda_.packages import base64_digest
from windsock.services.lambda_.runtimes import check_runtime
from windsock.store.statements import Row

Configuration = dict[str, Any]

_BEING_CREATED: Final = "The function is being created."


def new_configuration(scope: Scope, name: str, params: Params) -> Configuration:
    """The configuration CreateFunction asks for; layers are added by the caller.

    Raises InvalidParameterValue and ValidationError.
    """
    if not params.get("Runtime") or not params.get("Handler"):
        raise InvalidParameterValue(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    defaults: Configuration = {
        "Description": "",
        "Timeout": DEFAULT_TIMEOUT,
        "MemorySize": DEFAULT_MEMORY_MB,
        "TracingConfig": {"Mode": "PassThrough"},
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": DEFAULT_STORAGE_MB},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
    }
    return changed_configuration(scope, name, defaults, params)


def changed_configuration(scope: Scope, name: str, kept: Configuration, params: Params) -> Configuration:
    """`kept` with what is given in its place. An empty value removes what may be left out."""
    configuration = dict(kept)
    for member, form in _FORMS.items():
        if params.get(member) is None:
            continue
        value = form(params[member])
        if value is None:
            configuration.pop(member, None)
        else:
            configuration[member] = value
    if params.get("LoggingConfig") is not None:
        configuration["LoggingConfig"] = _logging(name, params["LoggingConfig"])
    if params.get("Runtime"):
        digest = hashlib.sha256(params["Runtime"].encode()).hexdigest()
        configuration["RuntimeVersionConfig"] = {
            "RuntimeVersionArn": f"arn:{scope.partition}:lambda:{scope.region}::runtime:{digest}"
        }
    return configuration


def told(named: FunctionName, row: Row, qualifier: str | None = None) -> dict[str, Any]:
    """A version as the API answers it. `qualifier` is the one the answer's ARN ends with."""
    return {
        "FunctionName": named.name,
        "FunctionArn": named.unqualified_arn if qualifier is None else named.with_qualifier(qualifier),
        **orjson.loads(row.configuration),
        "CodeSize": row.package_size,
        "CodeSha256": base64_digest(row.package),
        "Version": row.version,
        "LastModified": last_modified(row.modified_ms),
        "RevisionId": row.revision,
        "State": "Active",
        "LastUpdateStatus": "Successful",
    }


def told_in_list(named: FunctionName, row: Row, qualifier: str | None = None) -> dict[str, Any]:
    """A version as lists answer it: without the state and what follows from it."""
    answer = told(named, row, qualifier)
    for member in ("State", "LastUpdateStatus", "RuntimeVersionConfig"):
        answer.pop(member, None)
    return answer


def told_as_created(named: FunctionName, row: Row, qualifier: str | None = None) -> dict[str, Any]:
    """A new function as CreateFunction answers it. It is active with the next question."""
    answer = told(named, row, qualifier)
    del answer["LastUpdateStatus"]
    return answer | {"State": "Pending", "StateReason": _BEING_CREATED, "StateReasonCode": "Creating"}


def told_as_updated(named: FunctionName, row: Row) -> dict[str, Any]:
    """`$LATEST` as the operations that change it answer it. The update is over with the next question."""
    return told(named, row) | {
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": _BEING_CREATED,
        "LastUpdateStatusReasonCode": "Creating",
    }


def last_modified(instant_ms: int) -> str:
    """An instant as Lambda writes it: `2017-01-02T00:00:00.000+0000`."""
    moment = to_datetime(instant_ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant_ms % 1000:03d}+0000"


def shown_qualifier(qualifier: str | None, version: str) -> str | None:
    """What the ARN of an answer ends with: the qualifier asked for, else a published version's number."""
    if qualifier is not None:
        return qualifier
    return None if version == LATEST else version


def _runtime(value: str) -> str:
    check_runtime(value)
    return value


def _at_most(member: str, most: int) -> Callable[[int], int]:
    def check(value: int) -> int:
        if value > most:
            raise constraint_broken(value, member, f"Member must have value less than or equal to {most}")
        return value

    return check


def _storage(value: Mapping[str, int]) -> dict[str, int]:
    return {"Size": _at_most("ephemeralStorage.size", MAX_STORAGE_MB)(value["Size"])}


def _vpc(value: Mapping[str, Any]) -> dict[str, Any] | None:
    if not value.get("SubnetIds"):
        return None
    return {
        "SubnetIds": list(value["SubnetIds"]),
        "SecurityGroupIds": list(value.get("SecurityGroupIds") or ()),
        "VpcId": "",
        "Ipv6AllowedForDualStack": bool(value.get("Ipv6AllowedForDualStack")),
    }


def _logging(name: str, value: Mapping[str, str]) -> dict[str, str]:
    group = value.get("LogGroup") or f"/aws/lambda/{name}"
    if value.get("LogFormat", "Text") == "Text":
        return {"LogFormat": "Text", "LogGroup": group}
    return {
        "LogFormat": "JSON",
        "ApplicationLogLevel": value.get("ApplicationLogLevel", "INFO"),
        "SystemLogLevel": value.get("SystemLogLevel", "INFO"),
        "LogGroup": group,
    }


def _dead_letters(value: Mapping[str, str]) -> dict[str, str] | None:
    return {"TargetArn": value["TargetArn"]} if value.get("TargetArn") else None


def _as_it_is(value: Any) -> Any:
    return value


def _unless_empty(value: Any) -> Any:
    return value or None


# How each parameter becomes the member of the same name; None leaves the member out.
_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Runtime": _runtime,
    "Role": _as_it_is,
    "Handler": _as_it_is,
    "Description": _as_it_is,
    "Timeout": _at_most("timeout", MAX_TIMEOUT),
    "MemorySize": _at_most("memorySize", MAX_MEMORY_MB),
    "VpcConfig": _vpc,
    "DeadLetterConfig": _dead_letters,
    "Environment": checked_environment,
    "KMSKeyArn": _unless_empty,
    "TracingConfig": lambda value: {"Mode": value.get("Mode", "PassThrough")},
    "FileSystemConfigs": _unless_empty,
    "Architectures": list,
    "EphemeralStorage": _storage,
    "SnapStart": lambda value: {"ApplyOn": value.get("ApplyOn", "None"), "OptimizationStatus": "Off"},
}
