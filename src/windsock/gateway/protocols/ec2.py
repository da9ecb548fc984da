"""The ec2 protocol: like query, with its own names, flat lists and its own form of errors.

Source: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.gateway.protocols.failures import failure_of
from windsock.gateway.protocols.form_values import EC2, read_form
from windsock.gateway.protocols.query import xml_response
from windsock.gateway.protocols.xml_values import DECLARATION, content_of, escape
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError

if TYPE_CHECKING:
    from botocore.model import OperationModel

_CONTENT_TYPE = "text/xml;charset=UTF-8"


class Ec2Codec:
    """EC2's form fields in, XML out."""

    name = "ec2"

    def parse(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """See Codec.parse."""
        return read_form(operation, EC2, request.fields)

    def serialize(self, operation: OperationModel, result: Mapping[str, Any], request_id: str) -> Response:
        """See Codec.serialize. The members stand right in `<{Operation}Response>`."""
        model = operation.service_model
        namespace = f"http://ec2.amazonaws.com/doc/{model.api_version}/"
        pieces = [
            DECLARATION,
            f'<{operation.name}Response xmlns="{namespace}"><requestId>{request_id}</requestId>',
        ]
        if operation.output_shape is not None:
            content_of(model, operation.output_shape)(pieces, result)
        pieces.append(f"</{operation.name}Response>")
        return xml_response(200, pieces, request_id, _CONTENT_TYPE)

    def serialize_error(
        self, operation: OperationModel | None, service: str | None, error: AwsError, request_id: str
    ) -> Response:
        """See Codec.serialize_error."""
        failure = failure_of(service, error)
        pieces = [
            DECLARATION,
            f"<Response><Errors><Error><Code>{escape(failure.query_code)}</Code>",
            f"<Message>{escape(failure.message)}</Message></Error></Errors>",
            f"<RequestID>{request_id}</RequestID></Response>",
        ]
        return xml_response(failure.status, pieces, request_id, _CONTENT_TYPE)
