"""A call as the HTTP request AWS takes, and AWS's response as the call's result: the client's side.

Who passes a call on over HTTP (to a real endpoint, or to a simulation that speaks AWS's protocols) goes
through here. Both directions are botocore's own serialisers and parsers, without the conveniences of
its clients (retries, checksums nobody asked for, user data encoded twice): parameters and results are
what the service models say and what the gateway reads and writes.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, cast

from botocore.awsrequest import AWSRequest, HeadersDict, create_request_object, prepare_request_dict
from botocore.model import OperationModel, Shape
from botocore.parsers import ResponseParser, create_parser
from botocore.serialize import Serializer, create_serializer

from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import FileBody


def request_of(operation: OperationModel, params: Mapping[str, Any], endpoint: str) -> AWSRequest:
    """The unsigned request for a call, to `endpoint` (scheme, host and port)."""
    described = _serializer(operation.service_model.resolved_protocol).serialize_to_request(params, operation)
    prepare_request_dict(described, endpoint_url=endpoint, context={})  # which adds what leads the host
    request: AWSRequest = create_request_object(described)
    return request


def result_of(
    operation: OperationModel,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    stream: FileBody | None = None,
) -> dict[str, Any]:
    """The result in a response, as boto3 would give it. Raises AwsError for a response that is an error.

    The names in `headers` may be in any case. A result that is a stream is its bytes, or `stream`.
    """
    parser = _parser(operation.service_model.resolved_protocol)
    streams = status < 300 and operation.has_streaming_output
    response = {"status_code": status, "headers": HeadersDict(headers), "body": b"" if streams else body}
    parsed: dict[str, Any] = parser.parse(response, cast("Shape", operation.output_shape))
    parsed.pop("ResponseMetadata", None)
    if status >= 300:
        raise _error(status, parsed)
    if streams and operation.output_shape is not None:
        parsed[operation.output_shape.serialization["payload"]] = stream or body
    return parsed


def _error(status: int, parsed: dict[str, Any]) -> AwsError:
    told: dict[str, Any] = parsed.pop("Error", {})
    code, message = str(told.pop("Code", "") or status), told.pop("Message", "") or ""
    told.pop("Type", None)
    parsed.pop("message", None)
    return AwsError(message, code=code, status=status, details={**told, **parsed})


@functools.cache
def _serializer(protocol: str) -> Serializer:
    return cast("Serializer", create_serializer(protocol, include_validation=False))


@functools.cache
def _parser(protocol: str) -> ResponseParser:
    return create_parser(protocol)
