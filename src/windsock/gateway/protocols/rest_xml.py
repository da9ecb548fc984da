"""The rest-xml protocol: paths and headers as modelled, XML bodies; S3, Route 53, CloudFront.

Source: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from windsock.gateway.protocols.base import ShapeCompiler, refuse_event_stream
from windsock.gateway.protocols.failures import Failure, failure_of
from windsock.gateway.protocols.query import error_details, wrapped_error
from windsock.gateway.protocols.rest import (
    RAW_TYPES,
    OutputBindings,
    input_bindings,
    read_raw_payload,
    result_bindings,
    write_raw_payload,
)
from windsock.gateway.protocols.xml_documents import parse_xml
from windsock.gateway.protocols.xml_readers import ReadElements, body_reader, xml_readers
from windsock.gateway.protocols.xml_values import DECLARATION, content_of, escape
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import FileBody
from windsock.kernel.models import service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

_XML = "application/xml"

# Services whose errors are a bare <Error> and that have request ids of their own.
_BARE_ERRORS: Final = frozenset({"s3"})

# The one result that is not wrapped in an element of its own.
# Source: https://smithy.io/2.0/aws/customizations/s3-customizations.html (s3UnwrappedXmlOutput)
_UNWRAPPED: Final = frozenset({("s3", "GetBucketLocation")})

# What may answer a part of an object.
_PARTIAL: Final = frozenset({"GetObject", "HeadObject"})
# A condition of the request was not met; AWS gives it as an error, HTTP forbids it a body.
_NOT_MODIFIED: Final = 304
# What every error says in places of its own.
_SAID_OTHERWISE: Final = frozenset({"code", "message", "requestid", "hostid"})


class RestXmlCodec:
    """REST with XML bodies."""

    name = "rest-xml"

    def parse(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """See Codec.parse."""
        refuse_event_stream(operation)
        bindings = input_bindings(operation)
        parameters = bindings.read(operation, request)
        if request.file is not None and bindings.payload is not None:
            parameters[bindings.payload[0]] = request.file.body
        if not request.body:
            return parameters
        if bindings.payload is not None:
            name, shape = bindings.payload
            parameters[name] = _read_payload(operation.service_model, shape, request.body)
        elif bindings.document is not None:
            read = _body_reader(operation.service_model, bindings.document)
            parameters.update(read([parse_xml(request.body)]))
        return parameters

    def serialize(self, operation: OperationModel, result: Mapping[str, Any], request_id: str) -> Response:
        """See Codec.serialize."""
        refuse_event_stream(operation)
        bindings = result_bindings(operation)
        headers = _id_headers(operation.service_model.service_name, request_id)
        headers.update(bindings.headers_of(result))
        file = None if bindings.payload is None else result.get(bindings.payload[0])
        if isinstance(file, FileBody):
            headers.setdefault("content-type", RAW_TYPES["blob"])
            return Response(_status(operation, bindings, result), headers, file=file)
        content_type, body = self._body(operation, bindings, result)
        if content_type:
            headers.setdefault("content-type", content_type)
        return Response(_status(operation, bindings, result), headers, body)

    def _body(
        self, operation: OperationModel, bindings: OutputBindings, result: Mapping[str, Any]
    ) -> tuple[str, bytes]:
        model = operation.service_model
        pieces = [DECLARATION]
        if bindings.payload is not None:
            name, shape = bindings.payload
            value = result.get(name)
            if shape.type_name in RAW_TYPES:
                return RAW_TYPES[shape.type_name], write_raw_payload(value)
            if value is None:
                return "", b""
            root = shape.serialization.get("name", shape.name)
            # The model allows no other payload than text, bytes and structures.
            _wrap(pieces, root, model, cast("StructureShape", shape), value)
        elif bindings.document is not None:
            self._document(operation, bindings.document, pieces, result)
        else:
            return "", b""
        return _XML, "".join(pieces).encode()

    def _document(
        self,
        operation: OperationModel,
        shape: StructureShape,
        pieces: list[str],
        result: Mapping[str, Any],
    ) -> None:
        model = operation.service_model
        if (model.service_name, operation.name) in _UNWRAPPED:
            (name, member), *_ = shape.members.items()
            text = escape(str(result.get(name) or ""))
            root = member.serialization.get("name", name)
            pieces.append(f"<{root}{_namespace(model)}>{text}</{root}>")
            return
        root = shape.serialization.get("name", _root_name(shape.name))
        _wrap(pieces, root, model, shape, result)

    def serialize_error(
        self, operation: OperationModel | None, service: str | None, error: AwsError, request_id: str
    ) -> Response:
        """See Codec.serialize_error. S3 answers a bare `<Error>`, the others an `<ErrorResponse>`."""
        failure = failure_of(service, error)
        if failure.status == _NOT_MODIFIED:
            return Response(failure.status, _id_headers(service, request_id))
        headers = {"content-type": _XML, **_id_headers(service, request_id)}
        if service in _BARE_ERRORS:
            pieces = [
                f"<Error><Code>{escape(failure.query_code)}</Code><Message>{escape(failure.message)}</Message>"
            ]
            error_details(pieces, failure)
            pieces.extend(_unmodelled_details(failure))
            pieces.append(f"<RequestId>{request_id}</RequestId><HostId>{request_id}</HostId></Error>")
        else:
            namespace = _namespace(service_model(service)) if service else ""
            pieces = wrapped_error(failure, namespace, request_id)
        return Response(failure.status, headers, (DECLARATION + "".join(pieces)).encode())


def _unmodelled_details(failure: Failure) -> Iterator[str]:
    """What S3 says of an error beyond its model: `BucketName`, `ArgumentName` and the like."""
    modelled = failure.shape.members if failure.shape is not None else {}
    for name, value in failure.members.items():
        if isinstance(value, str) and name not in modelled and name.lower() not in _SAID_OTHERWISE:
            yield f"<{name}>{escape(value)}</{name}>"


def _status(operation: OperationModel, bindings: OutputBindings, result: Mapping[str, Any]) -> int:
    """The model's, but for a part of an object.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (`Range`)
    """
    partial = operation.name in _PARTIAL and "ContentRange" in result
    return 206 if partial else bindings.status_of(result)


def _wrap(
    pieces: list[str], root: str, model: ServiceModel, shape: StructureShape, value: Mapping[str, Any]
) -> None:
    pieces.append(f"<{root}{_namespace(model)}>")
    content_of(model, shape, skip_located=True)(pieces, value)
    pieces.append(f"</{root}>")


def _root_name(shape_name: str) -> str:
    """S3 calls its results `...Result` where its model says `...Output`."""
    return f"{shape_name.removesuffix('Output')}Result" if shape_name.endswith("Output") else shape_name


def _read_payload(model: ServiceModel, shape: Shape, body: bytes) -> Any:
    if shape.type_name in RAW_TYPES:
        return read_raw_payload(shape, body)
    return _readers(model).compile(shape)([parse_xml(body)])


def _id_headers(service: str | None, request_id: str) -> dict[str, str]:
    if service in _BARE_ERRORS:
        return {"x-amz-request-id": request_id, "x-amz-id-2": request_id}
    return {"x-amzn-requestid": request_id}


@functools.cache
def _readers(_model: ServiceModel) -> ShapeCompiler[ReadElements]:
    return xml_readers()


@functools.cache
def _body_reader(model: ServiceModel, shape: StructureShape) -> ReadElements:
    return body_reader(_readers(model), shape)


@functools.cache
def _namespace(model: ServiceModel) -> str:
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        namespace = shape.serialization.get("xmlNamespace") if shape is not None else None
        if namespace:
            return f' xmlns="{escape(namespace["uri"])}"'
    return ""
