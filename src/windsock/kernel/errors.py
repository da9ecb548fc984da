"""The errors a call can end with, free of any wire format.

Error tree::

    AwsError                      what a caller is told: code, message, HTTP status, extra members
    |- ValidationError            an input that breaks a constraint of the service model
    |- SerializationError         a body that is not what its protocol says it is
    |- RequestTooLarge            a body over the documented limit
    |- MissingAction              a query request without an Action
    |- UnknownOperation           a name that is no operation of the service
    |- UnknownService             a request that belongs to no service
    |- NotImplementedOperation    an operation AWS has and windsock does not (yet)
    |- InternalFailure            a defect of windsock's own

Services add their own by subclassing AwsError (or raising it with a code of their model);
the gateway writes each in the form of the protocol that was spoken.
Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Fault = Literal["client", "server"]


class AwsError(Exception):
    """An answer that is an error: `code` and `message` as AWS gives them.

    `status` is the HTTP status, `details` the further members of the modelled exception; `query_message` is
    what clients of the query protocol are told, where AWS words it otherwise for them.
    """

    code: str = "InternalFailure"
    status: int = 400

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        details: Mapping[str, Any] | None = None,
        query_message: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.query_message = message if query_message is None else query_message
        self.code = code if code is not None else type(self).code
        self.status = status if status is not None else type(self).status
        self.details: Mapping[str, Any] = details or {}

    @property
    def fault(self) -> Fault:
        """Whose fault it is: the caller's below status 500, the server's from there on."""
        return "server" if self.status >= 500 else "client"

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class ValidationError(AwsError):
    """An input that breaks a constraint of the service model."""

    code = "ValidationException"


class SerializationError(AwsError):
    """A body that is not what its protocol says it is."""

    code = "SerializationException"


class RequestTooLarge(AwsError):
    """A body over the documented limit."""

    code = "RequestEntityTooLarge"
    status = 413


class MissingAction(AwsError):
    """A query request that names no action."""

    code = "MissingAction"

    def __init__(self) -> None:
        super().__init__("The request is missing an action or a required parameter.")


class UnknownOperation(AwsError):
    """A name that is no operation of the service."""

    code = "UnknownOperationException"


class UnknownService(AwsError):
    """A request that belongs to no service windsock knows."""

    code = "UnknownServiceException"
    status = 404


class NotImplementedOperation(AwsError):
    """An operation that AWS has and windsock does not have yet: never a silent success."""

    code = "NotImplemented"
    status = 501

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(f"windsock does not implement {service}:{operation} yet.")


class InternalFailure(AwsError):
    """A defect of windsock's own; the log holds the trace under the request id."""

    code = "InternalFailure"
    status = 500
