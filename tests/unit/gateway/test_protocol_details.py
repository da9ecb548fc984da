"""What the protocols say about single values, in both directions."""

from __future__ import annotations

import base64
import math
from datetime import UTC, datetime
from typing import Any

import cbor2
import orjson
import pytest

from windsock.gateway.protocols import CODECS
from windsock.gateway.request import Request, Response
from windsock.kernel.errors import AwsError, NotImplementedOperation, SerializationError
from windsock.kernel.models import operation_model

MOMENT = datetime(2017, 1, 2, 3, 4, 5, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


def parse(protocol: str, service: str, operation: str, request: Request) -> dict[str, Any]:
    return CODECS[protocol].parse(operation_model(service, operation), request)


def parse_json(service: str, operation: str, body: bytes) -> dict[str, Any]:
    return parse("json", service, operation, Request("POST", "/", "/", body=body))


def parse_form(service: str, operation: str, body: bytes, protocol: str = "query") -> dict[str, Any]:
    return parse(protocol, service, operation, Request("POST", "/", "/", (), {"content-type": FORM}, body))


def parse_cbor(service: str, operation: str, document: Any, **options: Any) -> dict[str, Any]:
    body = document if isinstance(document, bytes) else cbor2.dumps(document, **options)
    return parse("smithy-rpc-v2-cbor", service, operation, Request("POST", "/", "/", body=body))


def parse_xml(operation: str, body: bytes, path: str = "/bucket", **query: str) -> dict[str, Any]:
    return parse("rest-xml", "s3", operation, Request("PUT", path, path, list(query.items()), {}, body))


def serialize(protocol: str, service: str, operation: str, result: dict[str, Any]) -> Response:
    return CODECS[protocol].serialize(operation_model(service, operation), result, "id")


# --- JSON


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"Limit": "x"}', "STRING_VALUE can not be converted to an Integer"),
        (b'{"Limit": true}', "TRUE_VALUE can not be converted to an Integer"),
        (b'{"NamePrefix": 1}', "NUMBER_VALUE can not be converted to a String"),
        (b'{"NamePrefix": false}', "FALSE_VALUE can not be converted to a String"),
        (b'{"NamePrefix": {}}', "Start of structure or map found where not expected."),
        (b'{"NamePrefix": []}', "Start of list found where not expected."),
        (b"[]", "Start of list found where not expected."),
        (b'"text"', "STRING_VALUE can not be converted to a Structure"),
    ],
)
def test_json_of_the_wrong_type(body: bytes, message: str) -> None:
    with pytest.raises(SerializationError) as refused:
        parse_json("events", "ListRules", body)
    assert (refused.value.code, refused.value.status) == ("SerializationException", 400)
    assert refused.value.message == message


def test_json_ignores_nulls_and_unknown_members() -> None:
    body = b'{"NamePrefix": null, "Limit": 5.0, "Nothing": {"a": 1}}'
    assert parse_json("events", "ListRules", body) == {"Limit": 5}


def test_an_empty_json_body_is_an_empty_object() -> None:
    assert parse_json("events", "ListRules", b"") == {}


def test_json_nested_without_end_is_refused() -> None:
    nested = b'{"M": {"a": ' * 450 + b"1" + b"}}" * 450
    with pytest.raises(SerializationError):
        parse_json("dynamodb", "PutItem", b'{"TableName": "t", "Item": {"a": ' + nested + b"}}")


@pytest.mark.parametrize(
    "given", [b"1483326245", b'"2017-01-02T03:04:05Z"', b'"Mon, 02 Jan 2017 03:04:05 GMT"']
)
def test_json_timestamps_in_every_format(given: bytes) -> None:
    parsed = parse_json("events", "PutEvents", b'{"Entries": [{"Time": ' + given + b"}]}")
    assert parsed == {"Entries": [{"Time": MOMENT}]}


@pytest.mark.parametrize("given", [b"true", b"{}", b'"yesterday"', b"1e300"])
def test_json_timestamps_that_are_none(given: bytes) -> None:
    with pytest.raises(SerializationError):
        parse_json("events", "PutEvents", b'{"Entries": [{"Time": ' + given + b"}]}")


def test_json_blobs() -> None:
    parsed = parse_json("kinesis", "PutRecord", b'{"Data": "AP8="}')
    assert parsed == {"Data": b"\x00\xff"}
    with pytest.raises(SerializationError):
        parse_json("kinesis", "PutRecord", b'{"Data": "*"}')


def test_json_results() -> None:
    result = {"Name": "n", "CreationTime": MOMENT, "Policy": None, "NotOfTheModel": 1}
    response = serialize("json", "events", "DescribeEventBus", result)
    assert orjson.loads(response.body) == {"Name": "n", "CreationTime": 1483326245}
    assert response.headers == {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "id"}


@pytest.mark.parametrize("moment", [1483326245, 1483326245.0, MOMENT, MOMENT.replace(tzinfo=None)])
def test_results_may_hold_moments_in_several_forms(moment: Any) -> None:
    response = serialize("json", "events", "DescribeEventBus", {"CreationTime": moment})
    assert response.body == b'{"CreationTime":1483326245}'


def test_json_results_keep_fractions_and_unusual_floats() -> None:
    assert b"1483326245.25" in (
        serialize("json", "events", "DescribeEventBus", {"CreationTime": 1483326245.25}).body
    )
    datapoints = {
        "Datapoints": [{"Sum": math.nan, "Average": math.inf, "Minimum": -math.inf, "Maximum": 1.0}]
    }
    response = serialize("json", "cloudwatch", "GetMetricStatistics", datapoints)
    assert orjson.loads(response.body)["Datapoints"] == [
        {"Sum": "NaN", "Average": "Infinity", "Minimum": "-Infinity", "Maximum": 1.0}
    ]


def test_json_without_output_has_an_empty_body() -> None:
    assert serialize("json", "events", "PutRule", {}).body == b"{}"
    assert serialize("json", "events", "DeleteRule", {}).body == b""


def test_dynamodb_answers_with_a_checksum() -> None:
    assert serialize("json", "dynamodb", "ListTables", {}).headers["x-amz-crc32"] == "2745614147"


@pytest.mark.parametrize(
    ("protocol", "service", "operation"),
    [("json", "events", "PutEvents"), ("smithy-rpc-v2-cbor", "cloudwatch", "PutMetricData")],
)
def test_the_wrong_content_type(protocol: str, service: str, operation: str) -> None:
    request = Request("POST", "/", "/", (), {"content-type": "text/plain; charset=x"}, b"{}")
    with pytest.raises(AwsError) as refused:
        parse(protocol, service, operation, request)
    assert (refused.value.status, refused.value.code) == (415, "UnsupportedMediaTypeException")


# --- query and ec2


def test_query_lists_and_maps() -> None:
    body = (
        b"TopicArn=t&PublishBatchRequestEntries.member.1.Id=a&PublishBatchRequestEntries.member.2.Id=b"
        b"&PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name=k"
        b"&PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.DataType=Binary"
        b"&PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.BinaryValue=AP8%3D"
        b"&Unknown.member.1=x"
    )
    attributes = {"k": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    assert parse_form("sns", "PublishBatch", body) == {
        "TopicArn": "t",
        "PublishBatchRequestEntries": [{"Id": "a", "MessageAttributes": attributes}, {"Id": "b"}],
    }


def test_query_items_come_in_the_order_of_their_numbers() -> None:
    body = b"&".join(b"AttributeNames.member.%d=v%d" % (n, n) for n in (10, 2, 1))
    body += b"&AttributeNames.member.x=no"
    parsed = parse_form(
        "autoscaling", "DescribeAutoScalingGroups", body.replace(b"AttributeNames", b"AutoScalingGroupNames")
    )
    assert parsed == {"AutoScalingGroupNames": ["v1", "v2", "v10"]}


def test_sqs_query_names() -> None:
    body = (
        b"QueueUrl=u&AttributeName.1=All&MessageAttributeName=All&MaxNumberOfMessages=3&Attributes.1.Name=no"
    )
    assert parse_form("sqs", "ReceiveMessage", body) == {
        "QueueUrl": "u",
        "AttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
        "MaxNumberOfMessages": 3,
    }
    body = b"QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=9&Tag.1.Key=k&Tag.1.Value=v"
    assert parse_form("sqs", "CreateQueue", body) == {
        "QueueName": "q",
        "Attributes": {"DelaySeconds": "9"},
        "tags": {"k": "v"},
    }


def test_sqs_query_results() -> None:
    result = {"Messages": [{"MessageId": "m", "Body": "<&>", "Attributes": {"SenderId": "s"}}]}
    assert serialize("query", "sqs", "ReceiveMessage", result).body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ReceiveMessageResponse xmlns="http://sqs.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult>'
        "<Message><MessageId>m</MessageId><Body>&lt;&amp;&gt;</Body>"
        "<Attribute><Name>SenderId</Name><Value>s</Value></Attribute></Message>"
        "</ReceiveMessageResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>"
        "</ReceiveMessageResponse>"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"EvaluationPeriods=x",
        b"ActionsEnabled=perhaps",
        b"Threshold=much",
        b"EvaluationPeriods=" + b"9" * 9999,
    ],
)
def test_query_values_of_the_wrong_type(body: bytes) -> None:
    with pytest.raises(SerializationError) as refused:
        parse_form("cloudwatch", "PutMetricAlarm", body)
    assert refused.value.code == "MalformedInput"


def test_a_query_name_with_too_many_parts() -> None:
    with pytest.raises(SerializationError, match="MalformedInput"):
        parse_form("sns", "Publish", b"a." * 100 + b"=1")


def test_ec2_names() -> None:
    body = b"InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=n&Filter.1.Value.1=v&DryRun=true&MaxResults=5"
    assert parse_form("ec2", "DescribeInstances", body, "ec2") == {
        "InstanceIds": ["i-1", "i-2"],
        "Filters": [{"Name": "n", "Values": ["v"]}],
        "DryRun": True,
        "MaxResults": 5,
    }
    response = serialize(
        "ec2", "ec2", "DescribeInstances", {"Reservations": [{"Groups": [], "OwnerId": "o"}]}
    )
    assert response.body.decode().endswith(
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>id</requestId>'
        "<reservationSet><item><groupSet></groupSet><ownerId>o</ownerId></item></reservationSet>"
        "</DescribeInstancesResponse>"
    )


# --- CBOR


@pytest.mark.parametrize("options", [{}, {"indefinite_containers": True}])
def test_cbor_values(options: dict[str, Any]) -> None:
    data = {
        "Namespace": "n",
        "MetricData": [
            {"MetricName": "m", "Value": math.inf, "Timestamp": cbor2.CBORTag(1, 1483326245.0), "X": 1}
        ],
    }
    assert parse_cbor("cloudwatch", "PutMetricData", data, **options) == {
        "Namespace": "n",
        "MetricData": [{"MetricName": "m", "Value": math.inf, "Timestamp": MOMENT}],
    }


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"\xbf",
        b"\x9f" * 1000,
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xd8\x1c\x81\xd8\x1d\x00",
        cbor2.dumps({"Namespace": 1}),
        cbor2.dumps(["Namespace"]),
    ],
)
def test_cbor_that_is_none_or_wrong(body: bytes) -> None:
    with pytest.raises(SerializationError):
        parse_cbor("cloudwatch", "PutMetricData", body)


def test_cbor_results() -> None:
    result = {"Datapoints": [{"Timestamp": MOMENT, "Sum": 3}], "Label": "l"}
    response = serialize("smithy-rpc-v2-cbor", "cloudwatch", "GetMetricStatistics", result)
    tagged = cbor2.loads(response.body)["Datapoints"][0]
    assert (tagged["Timestamp"], tagged["Sum"]) == (MOMENT, 3.0)
    assert isinstance(tagged["Sum"], float)
    assert response.headers["smithy-protocol"] == "rpc-v2-cbor"


# --- REST


def test_labels_are_decoded_after_they_are_found() -> None:
    path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3A%3A%2Ff/policy"
    parsed = parse("rest-json", "lambda", "GetPolicy", Request("GET", path, path))
    assert parsed == {"FunctionName": "arn:aws:lambda::/f"}


def test_a_payload_is_passed_as_it_is() -> None:
    path = "/2015-03-31/functions/f/invocations"
    headers = {"x-amz-invocation-type": "Event"}
    parsed = parse("rest-json", "lambda", "Invoke", Request("POST", path, path, (), headers, b"\x00{"))
    assert parsed == {"FunctionName": "f", "InvocationType": "Event", "Payload": b"\x00{"}
    result = {"StatusCode": 202, "Payload": b"out", "ExecutedVersion": "1", "FunctionError": "a\r\nb: ä"}
    response = serialize("rest-json", "lambda", "Invoke", result)
    assert (response.status, response.body) == (202, b"out")
    assert response.headers["x-amz-executed-version"] == "1"
    assert response.headers["x-amz-function-error"].isascii()
    assert "\n" not in response.headers["x-amz-function-error"]


def test_a_modelled_status_and_an_empty_answer() -> None:
    response = serialize("rest-json", "lambda", "DeleteFunctionConcurrency", {})
    assert (response.status, response.body) == (204, b"")


def test_query_string_values() -> None:
    path = "/schedules"
    query = [("MaxResults", "5"), ("State", "ENABLED"), ("Other", "x")]
    parsed = parse("rest-json", "scheduler", "ListSchedules", Request("GET", path, path, query))
    assert parsed == {"MaxResults": 5, "State": "ENABLED"}
    with pytest.raises(SerializationError):
        parse("rest-json", "scheduler", "ListSchedules", Request("GET", path, path, [("MaxResults", "x")]))


def test_headers_with_a_prefix_and_lists() -> None:
    headers = {"x-amz-meta-one": "1", "x-amz-meta-": "none", "expires": "Mon, 02 Jan 2017 03:04:05 GMT"}
    parsed = parse("rest-xml", "s3", "PutObject", Request("PUT", "/b/k", "/b/k", (), headers, b"x"))
    assert parsed["Metadata"] == {"one": "1"}
    headers = {"x-amz-object-attributes": 'ETag, "Check,sum",ObjectSize'}
    request = Request("GET", "/b/k", "/b/k", [("attributes", "")], headers)
    parsed = parse("rest-xml", "s3", "GetObjectAttributes", request)
    assert parsed["ObjectAttributes"] == ["ETag", "Check,sum", "ObjectSize"]


def test_a_json_value_in_a_header() -> None:
    headers = {"x-amz-mqtt5-user-properties": base64.b64encode(b'[{"a": "b"}]').decode()}
    parsed = parse("rest-json", "iot-data", "Publish", Request("POST", "/topics/t", "/topics/t", (), headers))
    assert parsed == {"topic": "t", "userProperties": [{"a": "b"}]}


def test_xml_documents_attributes_and_namespaces() -> None:
    body = (
        b'<?xml version="1.0"?><AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b'<AccessControlList><Grant><Grantee xmlns:x="http://www.w3.org/2001/XMLSchema-instance"'
        b' x:type="CanonicalUser"><ID> i&amp;d </ID></Grantee></Grant></AccessControlList>'
        b"</AccessControlPolicy>"
    )
    grants = [{"Grantee": {"Type": "CanonicalUser", "ID": " i&d "}}]
    parsed = parse_xml("PutBucketAcl", body, acl="")
    assert parsed == {"Bucket": "bucket", "AccessControlPolicy": {"Grants": grants}}


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Tagging><TagSet>&b;</TagSet></Tagging>'
EXTERNAL = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Tagging/>'


@pytest.mark.parametrize(
    "body",
    [BOMB, EXTERNAL, b"<a>&undefined;</a>", b"<a>", b"text", b"<a/><b/>", b"<a>" * 500, b"\xff\xfe", b"\x00"],
)
def test_xml_that_is_malformed_or_dangerous(body: bytes) -> None:
    with pytest.raises(SerializationError) as refused:
        parse_xml("PutBucketTagging", body, tagging="")
    assert (refused.value.code, refused.value.status) == ("MalformedXML", 400)


def test_xml_results() -> None:
    result = {"Buckets": [{"Name": "b", "CreationDate": MOMENT}], "Owner": {"DisplayName": "\x01\r"}}
    assert serialize("rest-xml", "s3", "ListBuckets", result).body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets><Bucket><Name>b</Name>'
        "<CreationDate>2017-01-02T03:04:05.000Z</CreationDate></Bucket></Buckets>"
        "<Owner><DisplayName>&#x1;&#xd;</DisplayName></Owner></ListBucketsResult>"
    )
    location = serialize("rest-xml", "s3", "GetBucketLocation", {"LocationConstraint": "eu-west-1"})
    assert location.body.decode().endswith(
        '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>'
    )


@pytest.mark.parametrize(
    ("protocol", "service", "operation", "path"),
    [
        ("json", "kinesis", "SubscribeToShard", "/"),
        ("json", "logs", "StartLiveTail", "/"),
        (
            "rest-json",
            "lambda",
            "InvokeWithResponseStream",
            "/2021-11-15/functions/f/response-streaming-invocations",
        ),
        ("rest-xml", "s3", "SelectObjectContent", "/b/k"),
    ],
)
def test_event_streams_are_refused_by_name(protocol: str, service: str, operation: str, path: str) -> None:
    with pytest.raises(NotImplementedOperation, match=f"{service}:{operation}"):
        parse(protocol, service, operation, Request("POST", path, path))
