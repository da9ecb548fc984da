"""Universal targets: any operation that changes something, `arn:aws:scheduler:::aws-sdk:<service>:<action>`.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.json_params import InvalidParams, params_of_json
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.kernel.errors import ValidationError
from windsock.kernel.models import operation_model
from windsock.kernel.scope import Scope
from windsock.kernel.sdk_names import operation_of_sdk_name, service_of_sdk_name
from windsock.services.scheduler.target_calls import TargetCall, TargetForm

_PREFIX: Final = "aws-sdk:"

# The page's list of how the names of operations that only read begin.
_READ_ONLY: Final = (
    *("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "lookup"),
    *("discover", "validate", "batchGet", "batchDescribe", "batchRead", "transactGet", "adminGet"),
    *("adminList", "testMigration", "retrieve", "testConnection", "translateDocument", "isAuthorized"),
    "invokeModel",
)


class UniversalTarget(TargetForm):
    """Calls the operation named, in the schedule's own account and region, with Input as parameters."""

    def __init__(self, service: str, operation: str) -> None:
        self.service = service
        self.operation = operation

    def check(self, target: Mapping[str, Any], arn: Arn) -> None:
        try:
            self._params(target.get("Input", "{}"))
        except InvalidParams as error:
            raise ValidationError(f"Invalid RequestJson provided. Reason {error}") from error

    def call(self, target: Mapping[str, Any], arn: Arn, text: str, scope: Scope) -> TargetCall:
        try:
            params = self._params(text if "Input" in target else "{}")
        except InvalidParams as error:
            raise TargetError("ValidationException", str(error), retryable=False) from error
        return TargetCall(self.service, self.operation, params, scope)

    def _params(self, text: str) -> dict[str, Any]:
        try:
            given = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise InvalidParams(f"It is not a well-formed JSON: {error}.") from error
        return params_of_json(operation_model(self.service, self.operation), given)


def is_universal(arn: Arn) -> bool:
    """Whether an ARN names an operation rather than a resource."""
    return arn.service == "scheduler" and arn.resource.startswith(_PREFIX)


def universal_target(arn: Arn) -> UniversalTarget:
    """The target an ARN names. Raises ValidationError unless that is an operation that changes something."""
    service_name, _, action = arn.resource.removeprefix(_PREFIX).partition(":")
    service = service_of_sdk_name(service_name)
    operation = operation_of_sdk_name(service, action) if service is not None else None
    if service is None or operation is None:
        raise ValidationError(f"{arn} does not name an API action of an AWS service.")
    if action.startswith(_READ_ONLY):
        raise ValidationError(f"{arn} is not supported as a target: {action} is a read-only API action.")
    return UniversalTarget(service, operation)
