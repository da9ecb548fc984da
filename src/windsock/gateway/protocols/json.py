"""The AWS JSON protocols 1.0 and 1.1: one URL, `X-Amz-Target` names the operation, JSON both ways.

Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.gateway.protocols.base import ShapeCompiler, refuse_event_stream
from windsock.gateway.protocols.failures import Failure, failure_of, query_error_header
from windsock.gateway.protocols.json_values import Convert, load_json, member_name, readers, writers
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError, SerializationError
from windsock.kernel.models import service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_MEDIA_TYPES = frozenset({"", "application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1"})

_CHECKSUMMED_SERVICES = frozenset({"dynamodb", "dynamodbstreams"})

# Where AWS qualifies the error's name in `__type`; the other services give it bare.
_SHAPE_NAMESPACES: Final[Mapping[str, str]] = {
    "cloudwatch": "com.amazonaws.cloudwatch.v2010_08_01",
    "dynamodb": "com.amazonaws.dynamodb.v20120810",
    "dynamodbstreams": "com.amazonaws.dynamodb.v20120810",
    "sqs": "com.amazonaws.sqs",
}
_FRAMEWORK_NAMESPACE = "com.amazon.coral.service"


class JsonCodec:
    """`application/x-amz-json-1.0` and `-1.1`."""

    name = "json"

    def parse(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """See Codec.parse. An empty body is an empty object, as AWS takes it."""
        refuse_event_stream(operation)
        if request.media_type not in _MEDIA_TYPES:
            raise unsupported_media_type(request.media_type, "application/x-amz-json-1.0 or -1.1")
        shape = operation.input_shape
        if shape is None or not request.body:
            return {}
        read = _readers(operation.service_model).compile(shape)
        return read_document(read, request.body)

    def serialize(self, operation: OperationModel, result: Mapping[str, Any], request_id: str) -> Response:
        """See Codec.serialize. An operation without output answers an empty body."""
        refuse_event_stream(operation)
        shape = operation.output_shape
        body = b""
        if shape is not None:
            body = orjson.dumps(_writers(operation.service_model).compile(shape)(result))
        service = operation.service_model
        return Response(200, _headers(service.service_name, _content_type(service), body, request_id), body)

    def serialize_error(
        self, operation: OperationModel | None, service: str | None, error: AwsError, request_id: str
    ) -> Response:
        """See Codec.serialize_error."""
        failure = failure_of(service, error)
        document = {"__type": _qualified(service, failure), **error_members(failure, _writers, service)}
        body = orjson.dumps(document)
        content_type = _content_type(service_model(service)) if service else "application/x-amz-json-1.1"
        headers = _headers(service, content_type, body, request_id)
        headers["x-amzn-errortype"] = failure.name
        headers.update(query_error_header(service, failure))
        return Response(failure.status, headers, body)


def read_document(read: Convert, body: bytes) -> dict[str, Any]:
    """The JSON object in `body` through `read`; raises SerializationError, also for endless nesting."""
    try:
        parameters: dict[str, Any] = read(load_json(body))
    except RecursionError as error:
        raise SerializationError("The request body is nested too deeply.") from error
    return parameters


def error_members(
    failure: Failure, writers_of: Callable[[ServiceModel], ShapeCompiler[Convert]], service: str | None
) -> dict[str, Any]:
    """The members of an error as the protocol's values; the message is there, modelled or not."""
    if failure.shape is None or service is None:
        return {**failure.members, "message": failure.message}
    members: dict[str, Any] = writers_of(service_model(service)).compile(failure.shape)(failure.members)
    if not any(name.lower() == "message" for name in members):
        members["message"] = failure.message
    return members


def unsupported_media_type(given: str, expected: str) -> AwsError:
    """The 415 for a content type that the protocol does not have."""
    return AwsError(
        f"The content type must be {expected}, not {given}.", code="UnsupportedMediaTypeException", status=415
    )


@functools.cache
def _readers(_model: ServiceModel) -> ShapeCompiler[Convert]:
    return readers(member_name)


@functools.cache
def _writers(_model: ServiceModel) -> ShapeCompiler[Convert]:
    return writers(member_name)


def _content_type(model: ServiceModel) -> str:
    return f"application/x-amz-json-{model.metadata.get('jsonVersion', '1.1')}"


def _headers(service: str | None, content_type: str, body: bytes, request_id: str) -> dict[str, str]:
    headers = {"content-type": content_type, "x-amzn-requestid": request_id}
    if service in _CHECKSUMMED_SERVICES:
        headers["x-amz-crc32"] = str(zlib.crc32(body))
    return headers


def _qualified(service: str | None, failure: Failure) -> str:
    namespace = _SHAPE_NAMESPACES.get(service or "")
    if namespace is None:
        return failure.name
    return f"{namespace if failure.shape is not None else _FRAMEWORK_NAMESPACE}#{failure.name}"
