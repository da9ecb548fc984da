"""Every action of the AWS SDK: `arn:aws:states:::aws-sdk:<service>:<action>`.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from typing import Any

from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.models import operation_model
from windsock.kernel.sdk_names import operation_of_sdk_name, service_of_sdk_name
from windsock.services.stepfunctions.sdk_calls import call
from windsock.services.stepfunctions.sdk_shapes import exception_name, in_iso_8601, sdk_class_name, shown
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration


@integration
class SdkAction(Integration):
    """Calls the operation that the resource names, with the task's arguments as its parameters."""

    resources = ("aws-sdk",)

    async def request(self, work: Work) -> Any:
        service, operation = _operation(work)
        try:
            answer = await call(work, service, operation, _with_name(work, operation))
        except AwsError as error:
            raise _failure(service, error) from error
        model = operation_model(service, operation)
        return shown(model.output_shape, _read(answer), in_iso_8601)


def _operation(work: Work) -> tuple[str, str]:
    service = service_of_sdk_name(work.resource.type.partition(":")[2])
    operation = None if service is None else operation_of_sdk_name(service, work.resource.operation)
    if service is None or operation is None:
        raise WorkFailed(
            "States.Runtime", f"{work.resource.arn} does not name an API action of an AWS service."
        )
    return service, operation


def _with_name(work: Work, operation: str) -> Any:
    """The arguments; what is started gets a name, so that trying again starts no second one."""
    arguments = work.arguments
    if operation == "StartExecution" and isinstance(arguments, dict) and "Name" not in arguments:
        return {**arguments, "Name": work.name}
    return arguments


def _read(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with its bodies read: those of S3's objects come as streams."""
    return {name: each.read() if hasattr(each, "read") else each for name, each in answer.items()}


def _failure(service: str, error: AwsError) -> WorkFailed:
    prefix = sdk_class_name(service)
    name = exception_name(service, error, f"{prefix}Exception")
    extended = ", Extended Request ID: null" if service == "s3" else ""
    return WorkFailed(
        f"{prefix}.{name}",
        f"{error.message} (Service: {prefix}, Status Code: {error.status}, Request ID: {uuid4()}{extended}) "
        "(SDK Attempt Count: 1)",
    )
