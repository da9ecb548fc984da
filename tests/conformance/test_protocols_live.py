"""Every protocol over HTTP: by boto3, and by hand where boto3 no longer speaks as older clients do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import botocore.config
import cbor2
import pytest
from botocore.exceptions import ClientError
from tests.wire import FORM, Answer, ask, scope

from windsock.testing import Server

Client = Callable[..., Any]

JSON_1_0 = {"Content-Type": "application/x-amz-json-1.0"}
JSON_1_1 = {"Content-Type": "application/x-amz-json-1.1"}
CBOR = {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def client(endpoint: str) -> Client:
    """`client("sqs", "111122223333", "eu-west-1")`: a boto3 client."""

    def make(service: str, account: str = "test", region: str = "us-east-1", **options: Any) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]  # any of them
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=botocore.config.Config(retries={"max_attempts": 0}),
            **options,
        )

    return make


class Query:
    """A query client of old: form fields, signed for a service or not at all."""

    def __init__(self, endpoint: str, headers: dict[str, str], version: str) -> None:
        self.endpoint, self.headers, self.version = endpoint, headers, version

    def __call__(self, action: str, path: str = "/", **fields: str) -> Answer:
        body = urlencode({"Action": action, "Version": self.version, **fields}).encode()
        return ask(self.endpoint, "POST", path, {**FORM, **self.headers}, body)


class TestSqs:
    def test_json_errors_keep_the_code_of_query_clients(self, client: Client) -> None:
        sqs = client("sqs")
        with pytest.raises(sqs.exceptions.QueueDoesNotExist) as refused:
            sqs.get_queue_url(QueueName="absent")
        error = refused.value.response
        assert error["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
        assert error["Error"]["QueryErrorCode"] == "QueueDoesNotExist"
        assert error["Error"]["Message"] == "The specified queue does not exist."
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert REQUEST_ID.fullmatch(error["ResponseMetadata"]["RequestId"])

    def test_query_as_old_clients_signed_it(self, endpoint: str) -> None:
        query = Query(endpoint, scope("sqs", "550000000001", "eu-west-1"), "2012-11-05")
        url = query("CreateQueue", QueueName="old").xml.findtext("CreateQueueResult/QueueUrl") or ""
        path = urlsplit(url).path
        assert path.endswith("/550000000001/old")
        sent = query("SendMessage", path, MessageBody="a < b & c").xml
        assert sent.findtext("SendMessageResult/MD5OfMessageBody")
        received = query("ReceiveMessage", path, MaxNumberOfMessages="10", **{"AttributeName.1": "All"}).xml
        assert received.findtext("ReceiveMessageResult/Message/Body") == "a < b & c"
        names = {each.findtext("Name") for each in received.iter("Attribute")}
        assert "ApproximateReceiveCount" in names
        handle = received.findtext("ReceiveMessageResult/Message/ReceiptHandle") or ""
        assert query("DeleteMessage", path, ReceiptHandle=handle).status == 200
        assert REQUEST_ID.fullmatch(received.findtext("ResponseMetadata/RequestId") or "")

    def test_query_errors_are_xml(self, endpoint: str) -> None:
        query = Query(endpoint, scope("sqs"), "2012-11-05")
        answer = query("GetQueueUrl", QueueName="absent")
        assert answer.status == 400
        assert answer.xml.findtext("Error/Code") == "AWS.SimpleQueueService.NonExistentQueue"
        assert answer.xml.findtext("Error/Type") == "Sender"
        assert answer.xml.findtext("RequestId") == answer.request_id

    def test_a_plain_get_on_a_queue_url_needs_no_signature(self, client: Client, endpoint: str) -> None:
        sqs = client("sqs", "550000000002")
        url = sqs.create_queue(QueueName="plain")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        answer = ask(endpoint, "GET", f"{urlsplit(url).path}?Action=ReceiveMessage")
        assert answer.xml.findtext("ReceiveMessageResult/Message/Body") == "hello"
        nothing = ask(endpoint, "GET", urlsplit(url).path)
        assert nothing.status == 404
        assert nothing.xml.findtext("Error/Code") == "UnknownOperationException"


class TestSns:
    def test_links_of_mails_need_no_signature(self, client: Client, windsock: Server) -> None:
        sns = client("sns", "550000000003")
        topic = sns.create_topic(Name="news")["TopicArn"]
        reader = "reader-of-the-door@example.com"
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=reader)
        windsock.settle()
        (mail,) = windsock.get(f"mails?to={reader}")["mails"]
        found = re.search(r"Token=(\w+)", mail["text"])
        assert found
        confirm = urlencode({"Action": "ConfirmSubscription", "TopicArn": topic, "Token": found[1]})
        confirmed = ask(windsock.endpoint, "GET", f"/?{confirm}")
        arn = confirmed.xml.findtext("ConfirmSubscriptionResult/SubscriptionArn") or ""
        assert arn.startswith(topic)
        leave = urlencode({"Action": "Unsubscribe", "SubscriptionArn": arn})
        assert ask(windsock.endpoint, "GET", f"/?{leave}").status == 200
        listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        assert [each["SubscriptionArn"] for each in listed] in ([], ["Deleted"])

    def test_errors(self, client: Client) -> None:
        sns = client("sns")
        with pytest.raises(sns.exceptions.NotFoundException) as refused:
            sns.get_topic_attributes(TopicArn="arn:aws:sns:us-east-1:000000000000:absent")
        error = refused.value.response
        assert (error["Error"]["Code"], error["Error"]["Message"]) == ("NotFound", "Topic does not exist")
        assert error["Error"]["Type"] == "Sender"
        assert REQUEST_ID.fullmatch(error["ResponseMetadata"]["RequestId"])


class TestJson:
    @pytest.mark.parametrize(
        ("target", "member"),
        [("AWSEvents.ListRules", "Rules"), ("Logs_20140328.DescribeLogGroups", "logGroups")],
    )
    @pytest.mark.parametrize("headers", [JSON_1_0, JSON_1_1, {}])
    def test_is_taken_in_either_version(
        self, endpoint: str, headers: dict[str, str], target: str, member: str
    ) -> None:
        answer = ask(endpoint, "POST", "/", {**headers, "X-Amz-Target": target}, b"{}")
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/x-amz-json-1.1"
        assert answer.json[member] == []
        assert REQUEST_ID.fullmatch(answer.request_id or "")

    @pytest.mark.parametrize(
        ("service", "operation", "params"),
        [
            ("events", "describe_rule", {"Name": "absent"}),
            ("logs", "delete_log_group", {"logGroupName": "absent"}),
        ],
    )
    def test_errors(self, client: Client, service: str, operation: str, params: dict[str, str]) -> None:
        aws = client(service)
        with pytest.raises(aws.exceptions.ResourceNotFoundException) as refused:
            getattr(aws, operation)(**params)
        error = refused.value.response
        assert error["Error"]["Code"] == "ResourceNotFoundException"
        assert error["Error"]["Message"]
        assert REQUEST_ID.fullmatch(error["ResponseMetadata"]["RequestId"])


# Operations that nothing here implements: one of each protocol, as its clients send it.
UNIMPLEMENTED = {
    "query": (
        "rds:DescribeIntegrations",
        "POST",
        "/",
        {**FORM, **scope("rds")},
        "Action=DescribeIntegrations",
    ),
    "ec2": ("ec2:DescribeIpams", "POST", "/", {**FORM, **scope("ec2")}, "Action=DescribeIpams"),
    "json": (
        "swf:ListDomains",
        "POST",
        "/",
        {**JSON_1_0, "X-Amz-Target": "SimpleWorkflowService.ListDomains"},
        "{}",
    ),
    "rest-json": ("xray:GetGroups", "POST", "/Groups", scope("xray"), "{}"),
    "rest-xml": ("s3:GetBucketRequestPayment", "GET", "/bucket?requestPayment", scope("s3"), ""),
    "smithy-rpc-v2-cbor": (
        "cloudwatch:ListMetricStreams",
        "POST",
        "/service/GraniteServiceVersion20100801/operation/ListMetricStreams",
        {**CBOR, **scope("monitoring")},
        "",
    ),
    "cloudwatch by json": (
        "cloudwatch:ListMetricStreams",
        "POST",
        "/",
        {**JSON_1_0, "X-Amz-Target": "GraniteServiceVersion20100801.ListMetricStreams"},
        "{}",
    ),
    "cloudwatch by query": (
        "cloudwatch:ListMetricStreams",
        "POST",
        "/",
        {**FORM, **scope("monitoring")},
        "Action=ListMetricStreams&Version=2010-08-01",
    ),
}


@pytest.mark.parametrize("protocol", UNIMPLEMENTED)
def test_what_is_not_implemented_says_so_in_its_protocol(endpoint: str, protocol: str) -> None:
    named, method, path, headers, body = UNIMPLEMENTED[protocol]
    answer = ask(endpoint, method, path, headers, body.encode())
    assert answer.status == 501
    assert _told(answer) == ("NotImplemented", f"windsock does not implement {named} yet.")
    assert REQUEST_ID.fullmatch(answer.request_id or "")


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("rds", "describe_integrations"),
        ("ec2", "describe_ipams"),
        ("swf", "list_domains"),
        ("xray", "get_groups"),
        ("s3", "get_bucket_request_payment"),
        ("cloudwatch", "list_metric_streams"),
    ],
)
def test_boto3_reads_the_refusal(client: Client, service: str, operation: str) -> None:
    parameters = {"swf": {"registrationStatus": "REGISTERED"}, "s3": {"Bucket": "bucket"}}.get(service, {})
    with pytest.raises(ClientError) as refused:
        getattr(client(service), operation)(**parameters)
    error = refused.value.response
    assert error["Error"]["Code"] == "NotImplemented"
    assert error["Error"]["Message"].startswith(f"windsock does not implement {service}:")
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert REQUEST_ID.fullmatch(error["ResponseMetadata"]["RequestId"])


def _told(answer: Answer) -> tuple[str | None, str | None]:
    """Code and message of an error in any protocol."""
    content_type = answer.headers["content-type"]
    if "cbor" in content_type:
        document = cbor2.loads(answer.body)
    elif "json" in content_type:
        document = answer.json
    else:
        root = answer.xml
        error = root if root.find("Code") is not None else next(root.iter("Error"))
        return error.findtext("Code"), error.findtext("Message")
    code = document.get("__type") or answer.headers["x-amzn-errortype"]
    return code.rpartition("#")[2], document["message"]


class TestWhoAndWhere:
    IDENTITY = "Action=GetCallerIdentity&Version=2011-06-15"

    @pytest.mark.parametrize(
        ("key", "account"),
        [
            ("123456789012", "123456789012"),
            ("test", "000000000000"),
            ("AKIAIOSFODNN7EXAMPLE", "000000000000"),
            ("ASIAIOSFODNN7EXAMPLE", "000000000000"),
        ],
    )
    def test_the_account_is_the_keys(self, client: Client, key: str, account: str) -> None:
        sts = client("sts", key, aws_session_token="token")
        assert sts.get_caller_identity()["Account"] == account

    def test_the_region_is_the_scopes(self, client: Client) -> None:
        for region in ("eu-west-1", "us-gov-west-1", "cn-north-1"):
            partition = {"us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn"}.get(region, "aws")
            (bus,) = client("events", "550000000004", region).list_event_buses()["EventBuses"]
            assert bus["Arn"] == f"arn:{partition}:events:{region}:550000000004:event-bus/default"

    def test_a_presigned_url_is_a_call(self, client: Client, endpoint: str) -> None:
        sts = client("sts", "550000000005", "eu-west-1")
        url = urlsplit(sts.generate_presigned_url("get_caller_identity"))
        answer = ask(endpoint, "GET", f"{url.path or '/'}?{url.query}")
        assert answer.xml.findtext("GetCallerIdentityResult/Account") == "550000000005"

    @pytest.mark.parametrize(
        "host", ["sqs.eu-west-1.localhost:4566", "eu-west-1.queue.localhost", "sqs.eu-west-1.amazonaws.com"]
    )
    def test_the_host_names_service_and_region(self, endpoint: str, host: str) -> None:
        body = urlencode({"Action": "CreateQueue", "QueueName": "by-host"}).encode()
        answer = ask(endpoint, "POST", "/", {**FORM, "Host": host}, body)
        url = answer.xml.findtext("CreateQueueResult/QueueUrl") or ""
        assert urlsplit(url).netloc == host
        body = urlencode({"Action": "ListQueues"}).encode()
        elsewhere = ask(endpoint, "POST", "/", {**FORM, "Host": "sqs.ap-south-2.localhost"}, body)
        assert elsewhere.xml.find("ListQueuesResult/QueueUrl") is None

    def test_the_signature_names_the_region_before_the_host(self, endpoint: str) -> None:
        headers = {
            **JSON_1_1,
            "X-Amz-Target": "AWSEvents.ListEventBuses",
            "Host": "events.eu-west-1.localhost",
        }
        answer = ask(endpoint, "POST", "/", {**headers, **scope("events", region="eu-north-1")}, b"{}")
        assert ":eu-north-1:" in answer.json["EventBuses"][0]["Arn"]


LIST_BUSES = {**JSON_1_1, "X-Amz-Target": "AWSEvents.ListEventBuses"}


class TestBrowsers:
    def test_a_page_of_this_machine_may_ask_and_read(self, endpoint: str) -> None:
        origin = "http://localhost:3000"
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-amz-target",
        }
        preflight = ask(endpoint, "OPTIONS", "/", asked)
        assert (preflight.status, preflight.body) == (204, b"")
        assert preflight.headers["access-control-allow-origin"] == origin
        assert preflight.headers["access-control-allow-headers"] == asked["Access-Control-Request-Headers"]
        answer = ask(endpoint, "POST", "/", {**LIST_BUSES, "Origin": origin}, b"{}")
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == origin
        assert "x-amzn-requestid" in answer.headers["access-control-expose-headers"]

    @pytest.mark.parametrize("path", ["/", "/_windsock/clock/advance"])
    def test_other_pages_may_not(self, endpoint: str, path: str) -> None:
        origin = {"Origin": "https://example.com"}
        body = json.dumps({"seconds": 0}).encode()
        answer = ask(endpoint, "POST", path, {**LIST_BUSES, **origin}, body)
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
        preflight = ask(endpoint, "OPTIONS", path, {**origin, "Access-Control-Request-Method": "POST"})
        assert preflight.status == 403

    def test_windsocks_own_paths_are_for_no_other_page(self, endpoint: str) -> None:
        headers = {"Origin": "http://localhost:3000"}
        answer = ask(endpoint, "GET", "/_windsock/events", headers)
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    def test_a_name_somebody_points_here_is_refused(self, endpoint: str) -> None:
        headers = {"Host": "rebound.example.com"}
        answer = ask(endpoint, "POST", "/_windsock/clock/advance", headers, b'{"seconds": 0}')
        assert answer.status == 403
        assert "rebound.example.com" in answer.json["message"]
