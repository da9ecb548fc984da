"""Which call a request is: every way to say it, and what a sender is told that says it wrongly."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from windsock.gateway.identify import Unidentified, identify
from windsock.gateway.request import Request

FORM = "application/x-www-form-urlencoded; charset=utf-8"


def scope(signing_name: str, key: str = "test") -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/{signing_name}/aws4_request, "
        "SignedHeaders=host, Signature=0"
    )


def request(method: str, url: str, body: bytes = b"", /, **headers: str) -> Request:
    path, _, query = url.partition("?")
    return Request(
        method=method,
        path=unquote(path),
        raw_path=path,
        query=parse_qsl(query, keep_blank_values=True),
        headers={
            "host": "localhost:4566",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        body=body,
    )


def plain(method: str, url: str, **headers: str) -> Request:
    return request(method, url, **headers)


def signed(method: str, url: str, signing_name: str, **headers: str) -> Request:
    return request(method, url, authorization=scope(signing_name), **headers)


def form(body: bytes, signing_name: str) -> Request:
    return request("POST", "/", body, content_type=FORM, authorization=scope(signing_name))


def target(name: str) -> Request:
    return request("POST", "/", x_amz_target=name)


def cbor(path: str) -> Request:
    return request("POST", path, smithy_protocol="rpc-v2-cbor")


CREDENTIAL = "X-Amz-Credential=k%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"
METRICS = "/service/GraniteServiceVersion20100801/operation/PutMetricData"

CALLS = [
    # X-Amz-Target
    (target("AWSEvents.PutEvents"), "json events PutEvents"),
    (target("AmazonSQS.SendMessage"), "json sqs SendMessage"),
    (target("AWSStepFunctions.StartExecution"), "json stepfunctions StartExecution"),
    (target("GraniteServiceVersion20100801.ListMetrics"), "json cloudwatch ListMetrics"),
    (target("DynamoDBStreams_20120810.ListStreams"), "json dynamodbstreams ListStreams"),
    (target("Timestream_20181101.WriteRecords"), "json timestream-write WriteRecords"),
    # RPC v2
    (cbor(METRICS), "smithy-rpc-v2-cbor cloudwatch PutMetricData"),
    # Action, in the body and in the query string
    (form(b"Action=Publish&Version=2010-03-31", "sns"), "query sns Publish"),
    (form(b"Action=GetCallerIdentity", "sts"), "query sts GetCallerIdentity"),
    (form(b"Action=RunInstances", "ec2"), "ec2 ec2 RunInstances"),
    (form(b"Action=ListQueues&Version=2012-11-05", "sqs"), "query sqs ListQueues"),
    (plain("GET", "/?Action=GetCallerIdentity&Version=2011-06-15"), "query sts GetCallerIdentity"),
    # Services that share a signing name are told apart by the version, else by the action.
    (
        form(b"Action=DescribeLoadBalancers&Version=2015-12-01", "elasticloadbalancing"),
        "query elbv2 DescribeLoadBalancers",
    ),
    (
        form(b"Action=DescribeLoadBalancers&Version=2012-06-01", "elasticloadbalancing"),
        "query elb DescribeLoadBalancers",
    ),
    (form(b"Action=DescribeTargetGroups", "elasticloadbalancing"), "query elbv2 DescribeTargetGroups"),
    # Unsigned: queue URLs, and the links in SNS's mails
    (plain("GET", "/000000000000/queue?Action=ReceiveMessage"), "query sqs ReceiveMessage"),
    (plain("GET", "/queue/us-east-1/000000000000/q?Action=ReceiveMessage"), "query sqs ReceiveMessage"),
    (plain("GET", "/?Action=ConfirmSubscription&Token=b"), "query sns ConfirmSubscription"),
    (plain("GET", "/?Action=Unsubscribe&SubscriptionArn=a"), "query sns Unsubscribe"),
    # Hosts
    (plain("GET", "/?Action=ListQueues", host="sqs.eu-west-1.amazonaws.com"), "query sqs ListQueues"),
    (plain("GET", "/?Action=ListQueues", host="queue.amazonaws.com"), "query sqs ListQueues"),
    (plain("GET", "/?Action=ListMetrics", host="monitoring.us-east-1.x.org"), "query cloudwatch ListMetrics"),
    (plain("GET", "/2015-03-31/functions/", host="lambda.localhost:4566"), "rest-json lambda ListFunctions"),
    # Services that share names and operations are told apart by the host.
    (
        request(
            "POST",
            "/",
            x_amz_target="Timestream_20181101.DescribeEndpoints",
            authorization=scope("timestream"),
            host="ingest.timestream.us-east-1.amazonaws.com",
        ),
        "json timestream-write DescribeEndpoints",
    ),
    (signed("DELETE", "/bots/b", "lex", host="models.lex.us-east-1.x.org"), "rest-json lex-models DeleteBot"),
    # Signature Version 2
    (
        plain("GET", "/?Action=ListQueues&AWSAccessKeyId=k", host="sqs.us-east-1.x.org"),
        "query sqs ListQueues",
    ),
    (plain("GET", "/bucket/key?AWSAccessKeyId=k&Signature=s&Expires=9"), "rest-xml s3 GetObject"),
    (plain("GET", "/bucket/key", authorization="AWS k:s"), "rest-xml s3 GetObject"),
    # REST
    (signed("POST", "/schedules/one", "scheduler"), "rest-json scheduler CreateSchedule"),
    (signed("GET", "/2013-04-01/hostedzone", "route53"), "rest-xml route53 ListHostedZones"),
    (signed("GET", "/v2/apis", "apigateway"), "rest-json apigatewayv2 GetApis"),
    (signed("GET", "/restapis", "apigateway"), "rest-json apigateway GetRestApis"),
    (plain("GET", f"/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&{CREDENTIAL}"), "rest-xml s3 GetObject"),
    # S3: what shares a path
    (signed("GET", "/", "s3"), "rest-xml s3 ListBuckets"),
    (signed("GET", "/b?list-type=2", "s3"), "rest-xml s3 ListObjectsV2"),
    (signed("GET", "/b/", "s3"), "rest-xml s3 ListObjects"),
    (signed("GET", "/b?location", "s3"), "rest-xml s3 GetBucketLocation"),
    (signed("GET", "/b?lifecycle", "s3"), "rest-xml s3 GetBucketLifecycleConfiguration"),
    (signed("GET", "/b?inventory&id=1", "s3"), "rest-xml s3 GetBucketInventoryConfiguration"),
    (signed("GET", "/b?inventory", "s3"), "rest-xml s3 ListBucketInventoryConfigurations"),
    (signed("PUT", "/b/k/with/slashes", "s3"), "rest-xml s3 PutObject"),
    (signed("PUT", "/b/k?partNumber=1&uploadId=u", "s3"), "rest-xml s3 UploadPart"),
    (signed("PUT", "/b/k", "s3", x_amz_copy_source="/c/d"), "rest-xml s3 CopyObject"),
    (
        signed("PUT", "/b/k?partNumber=1&uploadId=u", "s3", x_amz_copy_source="/c/d"),
        "rest-xml s3 UploadPartCopy",
    ),
    (signed("POST", "/b/k?uploads", "s3"), "rest-xml s3 CreateMultipartUpload"),
    (signed("POST", "/b/k?uploadId=u", "s3"), "rest-xml s3 CompleteMultipartUpload"),
    (signed("POST", "/b?delete", "s3"), "rest-xml s3 DeleteObjects"),
    (signed("HEAD", "/b", "s3"), "rest-xml s3 HeadBucket"),
    (plain("GET", "/public/object.txt"), "rest-xml s3 GetObject"),
    # S3: the bucket in the host
    (plain("GET", "/", host="bucket.s3.eu-west-1.amazonaws.com"), "rest-xml s3 ListObjects"),
    (plain("PUT", "/a/key", host="bucket.s3.localhost.localstack.cloud:4566"), "rest-xml s3 PutObject"),
    (plain("PUT", "/", host="my.bucket.s3.amazonaws.com"), "rest-xml s3 CreateBucket"),
]


@pytest.mark.parametrize(("sent", "expected"), CALLS)
def test_a_request_is_identified(sent: Request, expected: str) -> None:
    identified = identify(sent)
    assert f"{identified.protocol} {identified.service} {identified.operation.name}" == expected
    assert identified.codec.name == identified.protocol


UNKNOWN = "UnknownOperationException"
MALFORMED = request("POST", "/", b"x", content_encoding="gzip", x_amz_target="AWSEvents.PutEvents")

# What is sent, then status, content type and a piece of the answer.
REFUSED = [
    (target("AWSEvents.Nothing"), 400, "application/x-amz-json-1.1", f'"__type":"{UNKNOWN}"'),
    (target("NoSuch.PutEvents"), 400, "application/x-amz-json-1.1", f'"__type":"{UNKNOWN}"'),
    (target(""), 400, "application/x-amz-json-1.1", f'"__type":"{UNKNOWN}"'),
    (cbor("/service/X/operation/Y"), 400, "application/cbor", UNKNOWN),
    (cbor("/elsewhere"), 400, "application/cbor", UNKNOWN),
    (form(b"Action=Nothing", "sns"), 400, "text/xml", "<Error><Type>Sender</Type><Code>InvalidAction</Code>"),
    (
        form(b"Action=Nothing", "ec2"),
        400,
        "text/xml;charset=UTF-8",
        "<Errors><Error><Code>InvalidAction</Code>",
    ),
    (form(b"Version=1", "sns"), 400, "text/xml", "<Code>MissingAction</Code>"),
    (form(b"Action=%ff", "sns"), 400, "text/xml", "<Code>MalformedInput</Code>"),
    (plain("GET", "/?Action=Nothing"), 404, "text/xml", "<Code>UnknownServiceException</Code>"),
    (plain("GET", "/"), 404, "application/json", "No service is known for GET /."),
    (plain("GET", "/000000000000/queue"), 404, "text/xml", f"<Code>{UNKNOWN}</Code>"),
    (signed("GET", "/nowhere", "lambda"), 404, "application/json", "The operation /nowhere is not known."),
    (signed("PATCH", "/b/k", "s3"), 405, "application/xml", "<Error><Code>MethodNotAllowed</Code>"),
    (MALFORMED, 400, "application/x-amz-json-1.1", "SerializationException"),
]


@pytest.mark.parametrize(("sent", "status", "content_type", "text"), REFUSED)
def test_what_is_no_call_is_refused_in_its_own_protocol(
    sent: Request, status: int, content_type: str, text: str
) -> None:
    with pytest.raises(Unidentified) as refused:
        identify(sent)
    response = refused.value.response("id")
    assert (response.status, response.headers["content-type"]) == (status, content_type)
    assert text.encode() in response.body


def test_the_words_for_an_action_that_is_not_of_the_service() -> None:
    for service, words in {
        "ec2": "The action X is not valid for this web service.",
        "sqs": "The action X is not valid for this endpoint.",
        "iam": "Could not find operation X for version 2010-05-08",
    }.items():
        with pytest.raises(Unidentified) as refused:
            identify(form(b"Action=X", service))
        assert refused.value.error.message == words


def test_a_virtual_hosted_bucket_becomes_a_parameter() -> None:
    sent = request("GET", "/a%2Fb/c%20d", host="bucket.s3.localhost:4566")
    assert identify(sent).parse() == {"Bucket": "bucket", "Key": "a/b/c d"}


def test_a_queue_url_becomes_a_parameter_unless_one_is_given() -> None:
    implied = request("GET", "/000000000000/queue?Action=ReceiveMessage", host="sqs.local:9")
    assert identify(implied).parse() == {"QueueUrl": "http://sqs.local:9/000000000000/queue"}
    given = request("GET", "/000000000000/queue?Action=ReceiveMessage&QueueUrl=u", host="sqs.local:9")
    assert identify(given).parse() == {"QueueUrl": "u"}


def test_a_compressed_rpc_body_is_unpacked() -> None:
    body = gzip.compress(b'{"NamePrefix": "x"}')
    sent = request("POST", "/", body, x_amz_target="AWSEvents.ListRules", content_encoding="gzip")
    assert identify(sent).parse() == {"NamePrefix": "x"}


def test_a_compressed_form_is_unpacked_before_its_action_is_read() -> None:
    body = gzip.compress(b"Action=ListMetrics&Namespace=x")
    sent = request(
        "POST", "/", body, content_type=FORM, content_encoding="gzip", authorization=scope("monitoring")
    )
    identified = identify(sent)
    assert (identified.operation.name, identified.parse()) == ("ListMetrics", {"Namespace": "x"})


def test_a_compressed_object_stays_as_it_is() -> None:
    body = gzip.compress(b"x")
    sent = request("PUT", "/b/k", body, content_encoding="gzip", authorization=scope("s3"))
    parsed: dict[str, Any] = identify(sent).parse()
    assert (parsed["Body"], parsed["ContentEncoding"]) == (body, "gzip")
