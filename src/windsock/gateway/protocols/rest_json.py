"""The rest-json protocol: paths and headers as modelled, JSON bodies; Lambda, Scheduler, Pipes, API Gateway.

Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from windsock.gateway.protocols.base import ShapeCompiler, refuse_event_stream
from windsock.gateway.protocols.failures import Failure, failure_of
from windsock.gateway.protocols.json import read_document
from windsock.gateway.protocols.json_values import (
    Convert,
    load_json,
    location_name,
    readers,
    structure_reader,
    structure_writer,
    writers,
)
from windsock.gateway.protocols.rest import (
    RAW_TYPES,
    OutputBindings,
    input_bindings,
    output_bindings,
    read_raw_payload,
    result_bindings,
    write_raw_payload,
)
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError
from windsock.kernel.models import service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

_JSON = "application/json"


class RestJsonCodec:
    """REST with JSON bodies."""

    name = "rest-json"

    def parse(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """See Codec.parse."""
        refuse_event_stream(operation)
        bindings = input_bindings(operation)
        parameters = bindings.read(operation, request)
        if bindings.payload is not None:
            name, shape = bindings.payload
            if request.body:
                parameters[name] = _read_payload(operation.service_model, shape, request.body)
        elif bindings.document is not None and request.body:
            read = _body_reader(operation.service_model, bindings.document)
            parameters.update(read_document(read, request.body))
        return parameters

    def serialize(self, operation: OperationModel, result: Mapping[str, Any], request_id: str) -> Response:
        """See Codec.serialize."""
        refuse_event_stream(operation)
        bindings = result_bindings(operation)
        headers = {"x-amzn-requestid": request_id, **bindings.headers_of(result)}
        content_type, body = self._body(operation, bindings, result)
        if content_type:
            headers.setdefault("content-type", content_type)
        return Response(bindings.status_of(result), headers, body)

    def _body(
        self, operation: OperationModel, bindings: OutputBindings, result: Mapping[str, Any]
    ) -> tuple[str, bytes]:
        if bindings.payload is not None:
            name, shape = bindings.payload
            value = result.get(name)
            if shape.type_name in RAW_TYPES:
                return RAW_TYPES[shape.type_name], write_raw_payload(value)
            if value is None:
                return "", b""
            return _JSON, orjson.dumps(_writers(operation.service_model).compile(shape)(value))
        if bindings.document is not None:
            write = _body_writer(operation.service_model, bindings.document)
            return _JSON, orjson.dumps(write(result))
        return "", b""

    def serialize_error(
        self, operation: OperationModel | None, service: str | None, error: AwsError, request_id: str
    ) -> Response:
        """See Codec.serialize_error. The code is in the header `x-amzn-errortype`."""
        failure = failure_of(service, error)
        headers = {"content-type": _JSON, "x-amzn-requestid": request_id, "x-amzn-errortype": failure.name}
        document = {"message": failure.message, **failure.members}
        if failure.shape is not None and service is not None:
            headers.update(output_bindings(failure.shape, failure.status).headers_of(failure.members))
            document = _error_document(service_model(service), failure.shape, failure)
        return Response(failure.status, headers, orjson.dumps(document))


def _error_document(model: ServiceModel, shape: StructureShape, failure: Failure) -> dict[str, Any]:
    document: dict[str, Any] = _body_writer(model, shape)(failure.members)
    if not any(name.lower() == "message" for name in document):
        document["message"] = failure.message
    return document


def _read_payload(model: ServiceModel, shape: Shape, body: bytes) -> Any:
    if shape.type_name in RAW_TYPES:
        return read_raw_payload(shape, body)
    read = _readers(model).compile(shape)
    return read_document(read, body) if load_json(body) is not None else None


@functools.cache
def _readers(_model: ServiceModel) -> ShapeCompiler[Convert]:
    return readers(location_name)


@functools.cache
def _writers(_model: ServiceModel) -> ShapeCompiler[Convert]:
    return writers(location_name)


@functools.cache
def _body_reader(model: ServiceModel, shape: StructureShape) -> Convert:
    compiler = _readers(model)
    return structure_reader(
        {
            location_name(name, member): (name, compiler.compile(member))
            for name, member in shape.members.items()
            if "location" not in member.serialization
        }
    )


@functools.cache
def _body_writer(model: ServiceModel, shape: StructureShape) -> Convert:
    compiler = _writers(model)
    return structure_writer(
        {
            name: (location_name(name, member), compiler.compile(member))
            for name, member in shape.members.items()
            if "location" not in member.serialization
        }
    )
