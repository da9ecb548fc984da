"""Whatever is sent: a request is a call, or it is refused; nothing else comes out."""

from __future__ import annotations

from typing import Any

import cbor2
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.gateway.credentials import read_credentials
from windsock.gateway.identify import Unidentified, identify
from windsock.gateway.protocols import CODECS
from windsock.gateway.request import Request
from windsock.kernel.errors import AwsError
from windsock.kernel.models import operation_model

FORM = {"content-type": "application/x-www-form-urlencoded"}
OPERATIONS = [
    ("json", "events", "PutEvents"),
    ("json", "dynamodb", "PutItem"),
    ("json", "sqs", "SendMessage"),
    ("query", "sns", "PublishBatch"),
    ("query", "sqs", "SendMessageBatch"),
    ("ec2", "ec2", "RunInstances"),
    ("rest-json", "scheduler", "CreateSchedule"),
    ("rest-xml", "s3", "PutBucketAcl"),
    ("rest-xml", "route53", "ChangeResourceRecordSets"),
    ("smithy-rpc-v2-cbor", "cloudwatch", "PutMetricData"),
]
PATHS = {
    "CreateSchedule": "/schedules/n",
    "PutBucketAcl": "/b",
    "ChangeResourceRecordSets": "/2013-04-01/hostedzone/z/rrset",
}
NAMES = st.sampled_from(
    ["Entries", "Time", "Item", "M", "L", "Target", "MetricData", "Timestamp", "Value", "x"]
)

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
fields = st.lists(st.sampled_from([*"abcM.123=&%+", "member", "Entries", "Id", "entry", "Tag"]), max_size=30)
elements = st.lists(
    st.sampled_from(["<a>", "</a>", "<Grant>", "</Grant>", "&amp;", "&x;", "<!--", "x", "<a/>"])
)
payloads = st.one_of(
    st.binary(),
    documents.map(lambda document: orjson.dumps(document, default=str)),
    documents.map(cbor2.dumps),
    fields.map(lambda parts: "".join(parts).encode()),
    elements.map(lambda parts: "".join(parts).encode()),
)


@pytest.mark.parametrize(("protocol", "service", "operation"), OPERATIONS)
@settings(max_examples=100, deadline=None)
@given(body=payloads)
def test_any_body_is_parsed_or_refused(protocol: str, service: str, operation: str, body: bytes) -> None:
    path = PATHS.get(operation, "/")
    headers = FORM if protocol in ("query", "ec2") else {}
    try:
        parsed = CODECS[protocol].parse(
            operation_model(service, operation), Request("POST", path, path, (), headers, body)
        )
    except AwsError as error:
        assert 400 <= error.status < 500
    else:
        assert isinstance(parsed, dict)


header_values = st.text(st.characters(codec="latin-1"), max_size=40) | st.sampled_from(
    [
        "AWSEvents.PutEvents",
        "rpc-v2-cbor",
        "application/x-www-form-urlencoded",
        "gzip",
        "aws-chunked",
        "AWS4-HMAC-SHA256 Credential=a/b/c/sns/aws4_request",
        "b.s3.amazonaws.com",
        "STREAMING-X",
    ]
)
header_names = st.sampled_from(
    [
        "x-amz-target",
        "smithy-protocol",
        "content-type",
        "authorization",
        "host",
        "content-encoding",
        "x-amz-content-sha256",
    ]
)
paths = st.sampled_from(
    ["/", "", "/b/k", "/000000000000/q", "/service/a/operation/b", "//", "/%2F"]
) | st.text().map(lambda text: f"/{text}")


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "X"]),
    path=paths,
    query=st.lists(
        st.tuples(st.sampled_from(["Action", "Version", "X-Amz-Credential", "acl", "x"]), st.text()),
        max_size=3,
    ),
    headers=st.dictionaries(header_names, header_values, max_size=4),
    body=payloads,
)
def test_any_request_is_identified_or_refused(
    method: str, path: str, query: Any, headers: dict[str, str], body: bytes
) -> None:
    request = Request(method, path, path, query, headers, body)
    try:
        read_credentials(request)
        parsed = identify(request).parse()
    except Unidentified as refused:
        assert 400 <= refused.response("id").status < 500
    except AwsError as error:
        assert 400 <= error.status <= 501
    else:
        assert isinstance(parsed, dict)
