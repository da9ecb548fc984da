"""Calling operations of services for tasks.

An integration by name shows its answers and errors in the style of the SDK for Java's first version, which
adds the metadata of the HTTP answer; see `sdk_shapes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from windsock.engine.json_params import InvalidParams, params_of_json
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import whole
from windsock.kernel.ids import uuid4
from windsock.kernel.models import operation_model, protocols, service_model
from windsock.kernel.scope import Scope
from windsock.languages.values import to_json
from windsock.services.stepfunctions.sdk_shapes import (
    exception_name,
    in_milliseconds,
    shown,
    texts_of_objects,
)
from windsock.services.stepfunctions.work import Work, WorkFailed

if TYPE_CHECKING:
    from botocore.model import OperationModel


@dataclass(frozen=True, slots=True)
class NamedService:
    """A service with integrations by name: botocore's name, the prefix of its errors, and what the SDK calls
    it.

    `exception` is the name of errors that the service's model does not have.
    """

    service: str
    prefix: str
    sdk_name: str
    exception: str

    async def call(self, work: Work, operation: str, arguments: Any, scope: Scope | None = None) -> Any:
        """Call an operation with arguments as JSON; its answer in Pascal case. Raises WorkFailed."""
        try:
            answer = await call(work, self.service, operation, arguments, scope)
        except AwsError as error:
            raise self.failure(error) from error
        model = operation_model(self.service, operation)
        return shown(model.output_shape, answer, in_milliseconds)

    def failure(self, error: AwsError) -> WorkFailed:
        """How a task fails for what a call answered."""
        name = exception_name(self.service, error, self.exception)
        return WorkFailed(
            f"{self.prefix}.{name}",
            f"{error.message} (Service: {self.sdk_name}; Status Code: {error.status}; "
            f"Error Code: {error.code}; Request ID: {uuid4()}; Proxy: null)",
        )

    def with_metadata(self, work: Work, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer with what the SDK tells of the HTTP answer."""
        headers = {
            "x-amzn-RequestId": uuid4(),
            "connection": "keep-alive",
            "Content-Length": str(len(to_json(answer))),
            "Date": format_datetime(to_datetime(work.engine.clock.now_ms()), usegmt=True),
            "Content-Type": self._content_type(),
        }
        return {**answer, **http_metadata(headers)}

    def _content_type(self) -> str:
        if protocols(self.service)[0] != "json":
            return "text/xml"
        version = service_model(self.service).metadata.get("jsonVersion", "1.0")
        return f"application/x-amz-json-{version}"


def http_metadata(headers: dict[str, str]) -> dict[str, Any]:
    """What the SDK's first version adds to an answer."""
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": headers["x-amzn-RequestId"]},
    }


async def call(
    work: Work, service: str, operation: str, arguments: Any, scope: Scope | None = None
) -> dict[str, Any]:
    """Call an operation (botocore's names) with arguments as JSON; its answer as boto3 gives it.

    Raises WorkFailed for arguments that do not fit the operation, AwsError for what it answers.
    """
    model = operation_model(service, operation)
    params = _params(model, arguments)
    answer = await work.engine.call(
        service, operation, params, caller=work.caller, scope=scope or work.place, cause=work.cause
    )
    if answer is not None and model.has_streaming_output and model.output_shape is not None:
        stream = model.output_shape.serialization["payload"]
        return {**answer, stream: await whole(answer[stream])}
    return answer or {}


def scope_of(arn: object, otherwise: Scope) -> Scope:
    """Where the resource with this ARN lives; `otherwise` for what is no ARN."""
    parsed = parse_arn(arn) if isinstance(arn, str) else None
    if parsed is None or not parsed.account or not parsed.region:
        return otherwise
    return parsed.scope


def _params(model: OperationModel, arguments: Any) -> dict[str, Any]:
    given = {} if arguments is None else arguments
    try:
        return params_of_json(model, texts_of_objects(model.input_shape, given))
    except InvalidParams as error:
        raise WorkFailed(
            "States.Runtime",
            f"The Parameters '{to_json(arguments)}' could not be used to start the Task: [{error}]",
        ) from error
