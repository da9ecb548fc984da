"""Event selectors: which events they choose, what data events are about, and what cannot be put."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.conftest import START_MS

from windsock.engine.calls import Call, Caller
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.errors import InvalidEventSelectors
from windsock.services.cloudtrail.event_forms import event_form
from windsock.services.cloudtrail.records import Record, record_of
from windsock.services.cloudtrail.selector_checks import checked
from windsock.services.cloudtrail.selectors import selects

ACCOUNT = "111122223333"
HERE = f"us-east-1:{ACCOUNT}"
FIREHOSE = f"arn:aws:firehose:{HERE}"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


def record(service: str, operation: str, **params: Any) -> Record:
    form = event_form(service, operation)
    assert form is not None
    caller = Caller("user", ACCOUNT, ALICE)
    call = Call(service, operation, params, caller, Scope(ACCOUNT, "us-east-1"), "request")
    return record_of(form, call, {}, None, START_MS)


READ_OBJECT = record("s3", "GetObject", Bucket="b", Key="a/k")
WRITTEN_OBJECT = record("s3", "PutObject", Bucket="b", Key="a/k")
ENCRYPTION = record("kms", "Encrypt", KeyId="k", Plaintext=b"x")
STATEMENT = record("rds-data", "ExecuteStatement", resourceArn="r", secretArn="s", sql="SELECT 1")
TOPIC = record("sns", "CreateTopic", Name="t")
INVOCATION = record("lambda", "Invoke", FunctionName="f", Qualifier="live")


@pytest.mark.parametrize(
    ("about", "arns"),
    [
        (READ_OBJECT, ["arn:aws:s3:::b/a/k"]),
        (record("s3", "ListObjectsV2", Bucket="b"), ["arn:aws:s3:::b/"]),
        (INVOCATION, [f"arn:aws:lambda:{HERE}:function:f"]),
        (record("sqs", "SendMessage", QueueUrl=f"/{ACCOUNT}/q", MessageBody="m"), [f"arn:aws:sqs:{HERE}:q"]),
        (record("sns", "Publish", TargetArn=f"arn:aws:sns:{HERE}:t"), [f"arn:aws:sns:{HERE}:t"]),
        (
            record("dynamodb", "BatchGetItem", RequestItems={"one": {}, "two": {}}),
            [f"arn:aws:dynamodb:{HERE}:table/one", f"arn:aws:dynamodb:{HERE}:table/two"],
        ),
        (
            record("dynamodb", "PutItem", TableName=f"arn:aws:dynamodb:{HERE}:table/t", Item={}),
            [f"arn:aws:dynamodb:{HERE}:table/t"],
        ),
        (record("kinesis", "PutRecord", StreamName="s"), [f"arn:aws:kinesis:{HERE}:stream/s"]),
        (
            record("firehose", "PutRecord", DeliveryStreamName="d"),
            [f"arn:aws:firehose:{HERE}:deliverystream/d"],
        ),
        (record("cloudwatch", "PutMetricData", Namespace="n"), []),
        (TOPIC, []),
    ],
)
def test_what_a_data_event_is_about(about: Record, arns: list[str]) -> None:
    assert list(about.data_arns) == arns


def test_a_data_event_lists_its_resources() -> None:
    assert orjson.loads(READ_OBJECT.body)["resources"] == [
        {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::b"},
        {"accountId": ACCOUNT, "type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/a/k"},
    ]


def basic(kind: str, *values: str, **more: Any) -> dict[str, Any]:
    selector = {"DataResources": [{"Type": kind, "Values": list(values)}], "IncludeManagementEvents": False}
    return {"EventSelectors": [{**selector, **more}]}


def advanced(category: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    category_condition = {"Field": "eventCategory", "Equals": [category]}
    return {"AdvancedEventSelectors": [{"FieldSelectors": [category_condition, *conditions]}]}


OBJECTS = {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}
FUNCTIONS = {"Field": "resources.type", "Equals": ["AWS::Lambda::Function"]}


def of_objects(condition: dict[str, Any]) -> dict[str, Any]:
    return advanced("Data", OBJECTS, condition)


NOT_KMS = {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}
NOT_RDS = {"ExcludeManagementEventSources": ["rdsdata.amazonaws.com"]}


@pytest.mark.parametrize(
    ("selectors", "about", "chosen"),
    [
        ({"EventSelectors": [NOT_KMS]}, ENCRYPTION, False),
        ({"EventSelectors": [NOT_KMS]}, STATEMENT, True),
        ({"EventSelectors": [NOT_RDS]}, STATEMENT, False),
        ({"EventSelectors": [NOT_RDS]}, TOPIC, True),
        (basic("AWS::S3::Object", "arn:aws:s3"), READ_OBJECT, True),
        (basic("AWS::S3::Object", "arn:aws:s3:::b/"), READ_OBJECT, True),
        (basic("AWS::S3::Object", "arn:aws:s3:::b/other"), READ_OBJECT, False),
        (basic("AWS::S3::Object", "arn:aws:s3:::b/", ReadWriteType="WriteOnly"), READ_OBJECT, False),
        (basic("AWS::S3::Object", "arn:aws:s3:::b/", ReadWriteType="WriteOnly"), WRITTEN_OBJECT, True),
        (basic("AWS::S3::Object", "arn:aws:s3"), TOPIC, False),
        (basic("AWS::Lambda::Function", "arn:aws:lambda"), INVOCATION, True),
        (basic("AWS::Lambda::Function", f"arn:aws:lambda:{HERE}:function:f"), INVOCATION, True),
        (basic("AWS::Lambda::Function", f"arn:aws:lambda:{HERE}:function:"), INVOCATION, False),
        (advanced("Management"), TOPIC, True),
        (advanced("Management"), READ_OBJECT, False),
        (advanced("Management", {"Field": "readOnly", "Equals": ["true"]}), TOPIC, False),
        (
            advanced("Management", {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}),
            ENCRYPTION,
            False,
        ),
        (advanced("Management", {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}), TOPIC, True),
        (advanced("Data", OBJECTS), READ_OBJECT, True),
        (advanced("Data", FUNCTIONS), READ_OBJECT, False),
        (of_objects({"Field": "readOnly", "Equals": ["false"]}), READ_OBJECT, False),
        (
            of_objects({"Field": "eventName", "Equals": ["PutObject", "GetObject"]}),
            READ_OBJECT,
            True,
        ),
        (of_objects({"Field": "eventName", "StartsWith": ["Get"]}), WRITTEN_OBJECT, False),
        (of_objects({"Field": "eventName", "NotStartsWith": ["Get"]}), WRITTEN_OBJECT, True),
        (
            of_objects({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::b/"]}),
            READ_OBJECT,
            True,
        ),
        (of_objects({"Field": "resources.ARN", "EndsWith": ["/k"]}), READ_OBJECT, True),
        (of_objects({"Field": "resources.ARN", "NotEndsWith": ["/k"]}), READ_OBJECT, False),
        (of_objects({"Field": "userIdentity.arn", "Equals": [ALICE]}), READ_OBJECT, True),
        (of_objects({"Field": "userIdentity.arn", "NotEquals": [ALICE]}), READ_OBJECT, False),
        (
            advanced(
                "Data", OBJECTS, {"Field": "eventName", "StartsWith": ["Get"], "NotEquals": ["GetObject"]}
            ),
            READ_OBJECT,
            False,
        ),
        (of_objects({"Field": "eventType", "Equals": ["AwsApiCall"]}), READ_OBJECT, True),
    ],
)
def test_selectors_choose(selectors: dict[str, Any], about: Record, chosen: bool) -> None:
    assert selects(checked(selectors), about) is chosen


@pytest.mark.parametrize(
    "selectors",
    [
        {},
        {"EventSelectors": [{}], **advanced("Management")},
        {"EventSelectors": [{}] * 6},
        basic("AWS::SNS::Topic", "arn:aws:sns"),
        basic("AWS::S3::Object", "b/prefix"),
        basic("AWS::S3::Object", *["arn:aws:s3:::b/"] * 251),
        {"EventSelectors": [{"ExcludeManagementEventSources": ["sns.amazonaws.com"]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventName", "Equals": ["x"]}]}]},
        advanced("Everything"),
        advanced("Data"),
        advanced("Data", {"Field": "resources.type", "StartsWith": ["AWS::S3"]}),
        advanced("Data", {"Field": "resources.type", "Equals": ["AWS::S3::Object", "AWS::SNS::Topic"]}),
        advanced("Data", {"Field": "resources.type", "Equals": ["objects"]}),
        advanced("Data", OBJECTS, OBJECTS),
        of_objects({"Field": "eventName"}),
        of_objects({"Field": "readOnly", "Equals": ["maybe"]}),
        advanced("Management", {"Field": "eventName", "Equals": ["CreateTopic"]}),
        advanced("Management", {"Field": "resources.ARN", "Equals": ["arn"]}),
        of_objects({"Field": "eventName", "Equals": ["x"] * 500}),
    ],
)
def test_what_cannot_be_put(selectors: dict[str, Any]) -> None:
    with pytest.raises(InvalidEventSelectors):
        checked(selectors)
