"""The AWS query protocol: form fields in, XML out; SNS, STS, IAM, and older SQS and CloudWatch clients.

Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock.gateway.protocols.failures import Failure, failure_of
from windsock.gateway.protocols.form_values import QUERY, read_form
from windsock.gateway.protocols.queue_urls import with_queue_url
from windsock.gateway.protocols.xml_values import DECLARATION, XmlWriters, content_of, escape
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError
from windsock.kernel.models import service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_CONTENT_TYPE = "text/xml"


class QueryCodec:
    """`Action=...&Version=...` in a form body or a query string, by GET or POST."""

    name = "query"

    def parse(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """See Codec.parse. An SQS request to a queue's own URL means that queue."""
        return with_queue_url(operation, request, read_form(operation, QUERY, request.fields))

    def serialize(self, operation: OperationModel, result: Mapping[str, Any], request_id: str) -> Response:
        """See Codec.serialize. The result stands in `<{Operation}Result>`, its metadata after it."""
        name = operation.name
        pieces = [DECLARATION, f"<{name}Response{_namespace(operation.service_model)}>"]
        shape = operation.output_shape
        if shape is not None:
            wrapper = shape.serialization.get("resultWrapper", f"{name}Result")
            pieces.append(f"<{wrapper}>")
            content_of(operation.service_model, shape)(pieces, result)
            pieces.append(f"</{wrapper}>")
        pieces.append(
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
        )
        return xml_response(200, pieces, request_id, _CONTENT_TYPE)

    def serialize_error(
        self, operation: OperationModel | None, service: str | None, error: AwsError, request_id: str
    ) -> Response:
        """See Codec.serialize_error."""
        failure = replace(failure_of(service, error), message=error.query_message)
        namespace = _namespace(service_model(service)) if service else ""
        pieces = [DECLARATION, *wrapped_error(failure, namespace, request_id)]
        return xml_response(failure.status, pieces, request_id, _CONTENT_TYPE)


def wrapped_error(failure: Failure, namespace: str, request_id: str) -> list[str]:
    """`<ErrorResponse>` with the error and the request id, as query and most rest-xml services write it."""
    pieces = [
        f"<ErrorResponse{namespace}><Error><Type>{failure.fault}</Type>",
        f"<Code>{escape(failure.query_code)}</Code><Message>{escape(failure.message)}</Message>",
    ]
    error_details(pieces, failure)
    pieces.append(f"</Error><RequestId>{request_id}</RequestId></ErrorResponse>")
    return pieces


def error_details(pieces: list[str], failure: Failure) -> None:
    """Append the modelled members of an error other than its message."""
    if failure.shape is None:
        return
    details = {name: value for name, value in failure.members.items() if name.lower() != "message"}
    XmlWriters().content(failure.shape)(pieces, details)


def xml_response(status: int, pieces: list[str], request_id: str, content_type: str) -> Response:
    """A response whose body is the joined pieces."""
    body = "".join(pieces).encode()
    return Response(status, {"content-type": content_type, "x-amzn-requestid": request_id}, body)


def _namespace(model: ServiceModel) -> str:
    uri = model.metadata.get("xmlNamespace") or (
        f"http://{model.endpoint_prefix}.amazonaws.com/doc/{model.api_version}/"
    )
    return f' xmlns="{escape(uri)}"'
