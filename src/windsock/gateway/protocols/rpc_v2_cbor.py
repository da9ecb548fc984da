"""Smithy RPC v2 with CBOR bodies: what current SDKs speak to CloudWatch and some forty other services.

Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import cbor2

from windsock.gateway.protocols.base import ShapeCompiler, refuse_event_stream
from windsock.gateway.protocols.cbor_values import cbor_readers, cbor_writers
from windsock.gateway.protocols.failures import failure_of, query_error_header
from windsock.gateway.protocols.json import error_members, unsupported_media_type
from windsock.gateway.protocols.json_values import Convert
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError, SerializationError

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_MEDIA_TYPE = "application/cbor"
_MAX_DEPTH = 100


class RpcV2CborCodec:
    """`POST /service/{Service}/operation/{Operation}` with `smithy-protocol: rpc-v2-cbor`."""

    name = "smithy-rpc-v2-cbor"

    def parse(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """See Codec.parse."""
        refuse_event_stream(operation)
        shape = operation.input_shape
        if shape is None or not request.body:
            return {}
        if request.media_type not in ("", _MEDIA_TYPE):
            raise unsupported_media_type(request.media_type, _MEDIA_TYPE)
        parameters: dict[str, Any] = _readers(operation.service_model).compile(shape)(_load(request.body))
        return parameters

    def serialize(self, operation: OperationModel, result: Mapping[str, Any], request_id: str) -> Response:
        """See Codec.serialize."""
        refuse_event_stream(operation)
        shape = operation.output_shape
        if shape is None:
            return Response(200, _headers(request_id), b"")
        document = _writers(operation.service_model).compile(shape)(result)
        return Response(200, {"content-type": _MEDIA_TYPE, **_headers(request_id)}, cbor2.dumps(document))

    def serialize_error(
        self, operation: OperationModel | None, service: str | None, error: AwsError, request_id: str
    ) -> Response:
        """See Codec.serialize_error."""
        failure = failure_of(service, error)
        namespace = f"com.amazonaws.{service}" if service and failure.shape is not None else "aws.framework"
        document = {
            "__type": f"{namespace}#{failure.name}",
            **error_members(failure, _writers, service),
        }
        headers = {
            "content-type": _MEDIA_TYPE,
            **_headers(request_id),
            **query_error_header(service, failure),
        }
        return Response(failure.status, headers, cbor2.dumps(document))


def _headers(request_id: str) -> dict[str, str]:
    return {"smithy-protocol": "rpc-v2-cbor", "x-amzn-requestid": request_id}


def _load(body: bytes) -> Any:
    try:
        return cbor2.loads(body, max_depth=_MAX_DEPTH, strict_hashable_types=True)
    except (cbor2.CBORDecodeError, ValueError, OverflowError, TypeError, ArithmeticError) as error:
        raise SerializationError("The request body is not valid CBOR.") from error


@functools.cache
def _readers(_model: ServiceModel) -> ShapeCompiler[Convert]:
    return cbor_readers()


@functools.cache
def _writers(_model: ServiceModel) -> ShapeCompiler[Convert]:
    return cbor_writers()
