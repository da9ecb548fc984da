"""What a client is told of an error, whatever the protocol: codes, status, whose fault, members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import AwsError
from windsock.kernel.models import modeled_error, service_model

if TYPE_CHECKING:
    from botocore.model import StructureShape

_QUERY_FAULTS = {True: "Sender", False: "Receiver"}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way out.

    `name` is the code of the JSON, REST and CBOR protocols, `query_code` that of query, ec2 and of
    the `x-amzn-query-error` header; `members` are all members of the modelled exception, the message
    included; `shape` is None if the service does not model the error.
    """

    name: str
    query_code: str
    message: str
    status: int
    fault: str
    members: Mapping[str, Any]
    shape: StructureShape | None


def failure_of(service: str | None, error: AwsError) -> Failure:
    """Resolve an error against the service's model.

    Either code of a modelled exception names it. The modelled HTTP status counts unless the error
    brings one of its own, that is, another than AwsError's default.
    """
    modeled = modeled_error(service, error.code) if service else None
    if modeled is None:
        return Failure(
            name=error.code,
            query_code=error.code,
            message=error.message,
            status=error.status,
            fault=_QUERY_FAULTS[error.fault == "client"],
            members=dict(error.details),
            shape=None,
        )
    message_member = next((name for name in modeled.shape.members if name.lower() == "message"), None)
    message = {message_member: error.message} if message_member else {}
    status = modeled.status if modeled.status and error.status == AwsError.status else error.status
    return Failure(
        name=modeled.name,
        query_code=modeled.query_code,
        message=error.message,
        status=status,
        fault=_QUERY_FAULTS[modeled.sender and status < 500],
        members={**error.details, **message},
        shape=modeled.shape,
    )


def query_error_header(service: str | None, failure: Failure) -> dict[str, str]:
    """`x-amzn-query-error: Code;Fault` for services whose clients once spoke query (SQS, CloudWatch).

    Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
    """
    if service is None or "awsQueryCompatible" not in service_model(service).metadata:
        return {}
    return {"x-amzn-query-error": f"{failure.query_code};{failure.fault}"}
