"""Errors in each protocol's form, as botocore's parsers read them and byte by byte where it matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cbor2
import orjson
import pytest

from windsock.gateway.protocols import CODECS
from windsock.gateway.request import Response
from windsock.kernel.errors import AwsError, NotImplementedOperation, SerializationError

ID = "the-request-id"


def refusal(protocol: str, service: str | None, error: AwsError) -> Response:
    return CODECS[protocol].serialize_error(None, service, error, ID)


CASES = [
    # protocol, service, code raised, code seen, status
    ("json", "events", "ResourceNotFoundException", "ResourceNotFoundException", 400),
    ("json", "sqs", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400),
    (
        "json",
        "sqs",
        "AWS.SimpleQueueService.NonExistentQueue",
        "AWS.SimpleQueueService.NonExistentQueue",
        400,
    ),
    ("json", "sqs", "InvalidParameterValue", "InvalidParameterValue", 400),
    ("json", "dynamodb", "ResourceNotFoundException", "ResourceNotFoundException", 400),
    ("query", "sqs", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400),
    ("query", "sqs", "OverLimit", "OverLimit", 403),
    ("query", "sns", "NotFoundException", "NotFound", 404),
    ("query", "sns", "NotFound", "NotFound", 404),
    ("query", "sns", "Unmodelled", "Unmodelled", 400),
    ("query", "cloudwatch", "ValidationException", "ValidationError", 400),
    ("smithy-rpc-v2-cbor", "cloudwatch", "ValidationException", "ValidationError", 400),
    ("smithy-rpc-v2-cbor", "cloudwatch", "ResourceNotFound", "ResourceNotFound", 404),
    ("ec2", "ec2", "InvalidInstanceID.NotFound", "InvalidInstanceID.NotFound", 400),
    ("rest-json", "lambda", "ResourceNotFoundException", "ResourceNotFoundException", 404),
    ("rest-json", "scheduler", "ConflictException", "ConflictException", 409),
    ("rest-xml", "s3", "NoSuchKey", "NoSuchKey", 404),
    ("rest-xml", "route53", "NoSuchHostedZone", "NoSuchHostedZone", 404),
]


@pytest.mark.parametrize(("protocol", "service", "raised", "seen", "status"), CASES)
def test_a_client_reads_code_message_and_request_id(
    protocol: str, service: str, raised: str, seen: str, status: int, receive: Callable[..., dict[str, Any]]
) -> None:
    response = refusal(protocol, service, AwsError("It <failed> & äh", code=raised))
    parsed = receive(protocol, None, response)
    assert response.status == status
    assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == (seen, "It <failed> & äh")
    assert parsed["ResponseMetadata"]["RequestId"] == ID


@pytest.mark.parametrize(("service", "version"), [("sqs", "1.0"), ("events", "1.1"), (None, "1.1")])
def test_json_errors_are_of_the_services_version(service: str | None, version: str) -> None:
    told = CODECS["json"].serialize_error(
        None, service, AwsError("No.", code="UnknownOperationException"), ID
    )
    assert told.headers["content-type"] == f"application/x-amz-json-{version}"


def test_json_qualifies_the_name_where_aws_does() -> None:
    modelled, other = AwsError("m", code="QueueDoesNotExist"), SerializationError("m")
    assert orjson.loads(refusal("json", "sqs", modelled).body) == {
        "__type": "com.amazonaws.sqs#QueueDoesNotExist",
        "message": "m",
    }
    assert orjson.loads(refusal("json", "sqs", other).body)["__type"] == (
        "com.amazon.coral.service#SerializationException"
    )
    events = refusal("json", "events", AwsError("m", code="ResourceNotFoundException"))
    assert orjson.loads(events.body) == {"__type": "ResourceNotFoundException", "message": "m"}
    assert events.headers["x-amzn-errortype"] == "ResourceNotFoundException"


def test_only_query_compatible_services_send_the_query_error_header() -> None:
    error = AwsError("m", code="QueueDoesNotExist")
    assert refusal("json", "sqs", error).headers["x-amzn-query-error"] == (
        "AWS.SimpleQueueService.NonExistentQueue;Sender"
    )
    assert "x-amzn-query-error" not in refusal("json", "events", error).headers


@pytest.mark.parametrize("protocol", list(CODECS))
def test_a_server_fault_keeps_its_status(protocol: str) -> None:
    assert refusal(protocol, None, NotImplementedOperation("events", "X")).status == 501


def test_the_fault_of_a_query_error() -> None:
    assert b"<Type>Sender</Type>" in refusal("query", "sns", AwsError("m", code="NotFound")).body
    server = AwsError("m", code="InternalFailure", status=500)
    assert b"<Type>Receiver</Type>" in refusal("query", "sns", server).body


def test_the_body_of_a_query_error() -> None:
    assert refusal("query", "sns", AwsError("m", code="NotFound")).body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
        "<Error><Type>Sender</Type><Code>NotFound</Code><Message>m</Message></Error>"
        f"<RequestId>{ID}</RequestId></ErrorResponse>"
    )


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_query_clients_are_told_in_their_own_words(protocol: str) -> None:
    error = AwsError("none", code="QueueDoesNotExist", query_message="none for this wsdl version")
    assert (b"for this wsdl version" in refusal(protocol, "sqs", error).body) is (protocol == "query")


def test_the_bodies_of_rest_xml_errors() -> None:
    s3 = refusal("rest-xml", "s3", AwsError("m", code="NoSuchBucket", status=404))
    assert s3.body.decode().endswith(
        "<Error><Code>NoSuchBucket</Code><Message>m</Message>"
        f"<RequestId>{ID}</RequestId><HostId>{ID}</HostId></Error>"
    )
    assert (s3.headers["x-amz-request-id"], s3.status) == (ID, 404)
    route53 = refusal("rest-xml", "route53", AwsError("m", code="NoSuchHostedZone"))
    assert b'<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error>' in route53.body


def test_s3_says_more_than_its_model_knows() -> None:
    details = {"BucketName": "a&b", "RequestID": "another", "Message": "another", "Number": 1}
    for code in ("NoSuchBucket", "InvalidArgument"):  # modelled, and not
        body = refusal("rest-xml", "s3", AwsError("m", code=code, details=details)).body.decode()
        assert body.endswith(
            f"<Error><Code>{code}</Code><Message>m</Message><BucketName>a&amp;b</BucketName>"
            f"<RequestId>{ID}</RequestId><HostId>{ID}</HostId></Error>"
        )


def test_the_further_members_of_a_modelled_error() -> None:
    details = {"Status": "unverified <"}
    query = refusal("query", "sns", AwsError("m", code="VerificationException", details=details))
    assert b"<Message>m</Message><Status>unverified &lt;</Status></Error>" in query.body
    reasons = {"CancellationReasons": [{"Code": "None"}]}
    json = refusal("json", "dynamodb", AwsError("m", code="TransactionCanceledException", details=reasons))
    assert orjson.loads(json.body) == {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "m",
        "CancellationReasons": [{"Code": "None"}],
    }
    details = {"Type": "User", "retryAfterSeconds": "3"}
    rest = refusal("rest-json", "lambda", AwsError("m", code="TooManyRequestsException", details=details))
    assert orjson.loads(rest.body) == {"message": "m", "Type": "User"}
    assert (rest.status, rest.headers["retry-after"]) == (429, "3")


def test_the_body_of_a_cbor_error() -> None:
    response = refusal("smithy-rpc-v2-cbor", "cloudwatch", AwsError("m", code="ResourceNotFound"))
    assert cbor2.loads(response.body) == {
        "__type": "com.amazonaws.cloudwatch#ResourceNotFound",
        "message": "m",
    }
    assert response.headers["smithy-protocol"] == "rpc-v2-cbor"
