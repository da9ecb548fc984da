"""What calls need: actions, resources and condition keys, from the data."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import pytest

from windsock.engine.access import needs_of
from windsock.engine.calls import Call, Caller
from windsock.kernel.limits import RESOURCES_AUTHORISED
from windsock.kernel.models import service_model
from windsock.kernel.scope import Scope

ALICE = Caller("user", "111122223333", "arn:aws:iam::111122223333:user/team/alice")
EC2 = "arn:aws:ec2:us-east-1:111122223333"
SQS = "arn:aws:sqs:us-east-1"
ROLE = "arn:aws:iam::111122223333:role/app"


def needs(service: str, operation: str, caller: Caller = ALICE, **params: Any) -> list[tuple[str, str]]:
    call = Call(service, operation, params, caller, Scope("111122223333", "us-east-1"), "request")
    return [(need.action, need.resource) for need in needs_of(call)]


def context(service: str, operation: str, **params: Any) -> dict[str, str | tuple[str, ...]]:
    call = Call(service, operation, params, ALICE, Scope("111122223333", "us-east-1"), "request")
    return dict(needs_of(call)[0].context)


CASES: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    (
        "sqs",
        "SendMessage",
        {"QueueUrl": "http://localhost:4566/444455556666/jobs"},
        [("sqs:SendMessage", f"{SQS}:444455556666:jobs")],
    ),
    (
        "sqs",
        "SendMessageBatch",
        {"QueueUrl": "/111122223333/jobs"},
        [("sqs:SendMessage", f"{SQS}:111122223333:jobs")],
    ),
    ("sqs", "ListQueues", {}, [("sqs:ListQueues", "*")]),
    ("sqs", "DeleteQueue", {}, [("sqs:DeleteQueue", f"{SQS}:111122223333:*")]),
    (
        "sns",
        "Publish",
        {"TargetArn": "arn:aws:sns:us-east-1:111122223333:news"},
        [("sns:Publish", "arn:aws:sns:us-east-1:111122223333:news")],
    ),
    ("s3", "HeadObject", {"Bucket": "b", "Key": "a/k"}, [("s3:GetObject", "arn:aws:s3:::b/a/k")]),
    (
        "s3",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "/from/a%20k?versionId=1"},
        [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::from/a k")],
    ),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y"}]}},
        [("s3:DeleteObject", "arn:aws:s3:::b/x"), ("s3:DeleteObject", "arn:aws:s3:::b/y")],
    ),
    ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
    (  # as AWS's messages have it, so that `log-group:g:*` lets do it
        "logs",
        "PutRetentionPolicy",
        {"logGroupName": "g"},
        [("logs:PutRetentionPolicy", "arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:")],
    ),
    (  # the policies of roles in the guides of Lambda and CloudTrail are about streams
        "logs",
        "CreateLogStream",
        {"logGroupName": "g", "logStreamName": "s"},
        [("logs:CreateLogStream", "arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:s")],
    ),
    ("stepfunctions", "TestState", {"roleArn": ROLE}, [("states:TestState", "*"), ("iam:PassRole", ROLE)]),
    ("stepfunctions", "TestState", {"revealSecrets": False}, [("states:TestState", "*")]),
    (
        "stepfunctions",
        "TestState",
        {"revealSecrets": True},
        [("states:TestState", "*"), ("states:RevealSecrets", "*")],
    ),
    (
        "lambda",
        "Invoke",
        {"FunctionName": "f"},
        [("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:f")],
    ),
    (
        "lambda",
        "Invoke",
        {"FunctionName": "arn:aws:lambda:eu-west-1:444455556666:function:f:live"},
        [("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:444455556666:function:f:live")],
    ),
    (
        "lambda",
        "Invoke",
        {"FunctionName": "arn:aws:lambda:us-east-1:444455556666:function:f", "Qualifier": "live"},
        [("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:444455556666:function:f:live")],
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Role": ROLE},
        [
            ("lambda:CreateFunction", "arn:aws:lambda:us-east-1:111122223333:function:f"),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "events",
        "PutRule",
        {"Name": "nightly", "EventBusName": "default"},
        [("events:PutRule", "arn:aws:events:us-east-1:111122223333:rule/nightly")],
    ),
    (
        "events",
        "PutTargets",
        {"Rule": "r", "EventBusName": "mine", "Targets": [{"Arn": "a", "RoleArn": ROLE}, {"Arn": "b"}]},
        [
            ("events:PutTargets", "arn:aws:events:us-east-1:111122223333:rule/mine/r"),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "events",
        "PutEvents",
        {"Entries": [{}, {"EventBusName": "arn:aws:events:us-east-1:444455556666:event-bus/theirs"}]},
        [
            ("events:PutEvents", "arn:aws:events:us-east-1:111122223333:event-bus/default"),
            ("events:PutEvents", "arn:aws:events:us-east-1:444455556666:event-bus/theirs"),
        ],
    ),
    (
        "scheduler",
        "CreateSchedule",
        {"Name": "s", "Target": {"RoleArn": ROLE}},
        [
            (
                "scheduler:CreateSchedule",
                "arn:aws:scheduler:us-east-1:111122223333:schedule/default/s",
            ),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "stepfunctions",
        "StartExecution",
        {"stateMachineArn": "arn:aws:states:us-east-1:111122223333:stateMachine:m"},
        [("states:StartExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:m")],
    ),
    (
        "logs",
        "PutLogEvents",
        {"logGroupName": "/aws/lambda/f", "logStreamName": "s"},
        [
            (
                "logs:PutLogEvents",
                "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/f:log-stream:s",
            )
        ],
    ),
    (
        "ec2",
        "CreateTags",
        {"Resources": ["i-1", "vol-2"], "Tags": []},
        [
            ("ec2:CreateTags", "arn:aws:ec2:us-east-1:111122223333:instance/i-1"),
            ("ec2:CreateTags", "arn:aws:ec2:us-east-1:111122223333:volume/vol-2"),
        ],
    ),
    (
        "ec2",
        "RunInstances",
        {"ImageId": "ami-1", "SubnetId": "subnet-1"},
        [
            ("ec2:RunInstances", f"{EC2}:instance/*"),
            ("ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1"),
            ("ec2:RunInstances", f"{EC2}:subnet/subnet-1"),
            ("ec2:RunInstances", f"{EC2}:security-group/*"),
            ("ec2:RunInstances", f"{EC2}:network-interface/*"),
            ("ec2:RunInstances", f"{EC2}:volume/*"),
        ],
    ),
    (
        "ec2",
        "CreateSnapshot",
        {"VolumeId": "vol-1", "TagSpecifications": [{"ResourceType": "snapshot", "Tags": []}]},
        [
            ("ec2:CreateSnapshot", "arn:aws:ec2:us-east-1::snapshot/*"),
            ("ec2:CreateSnapshot", f"{EC2}:volume/vol-1"),
            ("ec2:CreateTags", "arn:aws:ec2:us-east-1::snapshot/*"),
        ],
    ),
    (
        "ec2",
        "CreateTags",
        {"Resources": ["snap-1", "i-1"]},
        [
            ("ec2:CreateTags", "arn:aws:ec2:us-east-1::snapshot/snap-1"),
            ("ec2:CreateTags", f"{EC2}:instance/i-1"),
        ],
    ),
    (
        "iam",
        "CreateRole",
        {"RoleName": "r", "Path": "/team/"},
        [("iam:CreateRole", "arn:aws:iam::111122223333:role/team/r")],
    ),
    (
        "glue",
        "CreateJob",
        {"Name": "j", "Role": "app"},
        [("glue:CreateJob", "arn:aws:glue:us-east-1:111122223333:job/j"), ("iam:PassRole", ROLE)],
    ),
    (
        "codebuild",
        "UpdateProject",
        {"name": "p", "serviceRole": ROLE},
        [
            ("codebuild:UpdateProject", "arn:aws:codebuild:us-east-1:111122223333:project/p"),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "autoscaling",
        "UpdateAutoScalingGroup",
        {"AutoScalingGroupName": "g", "LaunchTemplate": {"LaunchTemplateName": "t"}},
        [
            (
                "autoscaling:UpdateAutoScalingGroup",
                "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:*:autoScalingGroupName/g",
            ),
            ("ec2:RunInstances", f"{EC2}:instance/*"),
        ],
    ),
    ("iam", "CreateUser", {"UserName": "u"}, [("iam:CreateUser", "arn:aws:iam::111122223333:user/u")]),
    ("ec2", "DescribeInstances", {}, [("ec2:DescribeInstances", "*")]),
    ("iam", "CreateAccessKey", {}, [("iam:CreateAccessKey", ALICE.principal)]),
    (
        "iam",
        "CreateAccessKey",
        {"UserName": "bob"},
        [("iam:CreateAccessKey", "arn:aws:iam::111122223333:user/bob")],
    ),
    ("sts", "GetCallerIdentity", {}, []),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t"}}, {"Delete": {"TableName": "u"}}]},
        [
            ("dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:111122223333:table/t"),
            ("dynamodb:DeleteItem", "arn:aws:dynamodb:us-east-1:111122223333:table/u"),
        ],
    ),
    (
        "dynamodb",
        "BatchGetItem",
        {"RequestItems": {"t": {}}},
        [("dynamodb:BatchGetItem", "arn:aws:dynamodb:us-east-1:111122223333:table/t")],
    ),
    (
        "ssm",
        "GetParameter",
        {"Name": "/a/b"},
        [("ssm:GetParameter", "arn:aws:ssm:us-east-1:111122223333:parameter/a/b")],
    ),
    (
        "ecs",
        "DescribeTasks",
        {"cluster": "arn:aws:ecs:us-east-1:111122223333:cluster/c", "tasks": ["a"]},
        [("ecs:DescribeTasks", "arn:aws:ecs:us-east-1:111122223333:task/c/a")],
    ),
    (
        "apigateway",
        "GetResource",
        {"restApiId": "a", "resourceId": "b"},
        [("apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis/a/resources/b")],
    ),
    (
        "kinesis",
        "PutRecord",
        {"StreamARN": "arn:aws:kinesis:us-east-1:111122223333:stream/s"},
        [
            ("kinesis:PutRecord", "arn:aws:kinesis:us-east-1:111122223333:stream/s"),
        ],
    ),
    (
        "events",
        "ForwardEvent",
        {"Bus": "theirs"},
        [("events:PutEvents", "arn:aws:events:us-east-1:111122223333:event-bus/theirs")],
    ),
    (
        "lambda",
        "AcceptEvent",
        {"FunctionName": "f"},
        [("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:f")],
    ),
    (
        "lambda",
        "InvokeFunctionUrl",
        {"FunctionName": "f", "Qualifier": "live"},
        [
            ("lambda:InvokeFunctionUrl", "arn:aws:lambda:us-east-1:111122223333:function:f:live"),
            ("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:f:live"),
        ],
    ),
    ("unheard-of", "DoThings", {}, [("unheard-of:DoThings", "*")]),
]


@pytest.mark.parametrize(("service", "operation", "params", "expected"), CASES)
def test_needs(service: str, operation: str, params: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert needs(service, operation, **params) == expected


def test_more_resources_than_the_limit_need_all_there_are() -> None:
    many = [f"i-{number}" for number in range(RESOURCES_AUTHORISED + 1)]
    assert needs("ec2", "TerminateInstances", InstanceIds=many) == [
        ("ec2:TerminateInstances", "arn:aws:ec2:us-east-1:111122223333:instance/*")
    ]


def test_condition_keys_come_from_parameters() -> None:
    assert context("s3", "ListObjectsV2", Bucket="b", Prefix="home/", MaxKeys=3) == {
        "s3:prefix": "home/",
        "s3:max-keys": "3",
    }
    assert context("sns", "Subscribe", TopicArn="arn:aws:sns:us-east-1:1:t", Protocol="https") == {
        "sns:Protocol": "https"
    }
    targets = [{"Arn": "arn:1", "RoleArn": ROLE}, {"Arn": "arn:2"}]
    assert context("events", "PutTargets", Rule="r", Targets=targets)["events:TargetArn"] == (
        "arn:1",
        "arn:2",
    )


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("sns", "CreateTopic", {"Name": "t", "Tags": [{"Key": "team", "Value": "a"}]}),
        ("sqs", "CreateQueue", {"QueueName": "q", "tags": {"team": "a"}}),
        (
            "ec2",
            "RunInstances",
            {"TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "a"}]}]},
        ),
        ("kms", "CreateKey", {"Tags": [{"TagKey": "team", "TagValue": "a"}]}),
    ],
)
def test_tags_of_a_request_are_condition_keys(service: str, operation: str, params: dict[str, Any]) -> None:
    tags = {"aws:RequestTag/team": "a", "aws:TagKeys": ("team",)}
    assert tags.items() <= context(service, operation, **params).items()
    assert context("sqs", "UntagQueue", QueueUrl="/1/q", TagKeys=["team"]) == {"aws:TagKeys": ("team",)}


def test_the_service_a_role_is_passed_to() -> None:
    call = Call(
        "ecs",
        "RegisterTaskDefinition",
        {"family": "f", "taskRoleArn": ROLE},
        ALICE,
        Scope("111122223333", "us-east-1"),
        "request",
    )
    assert needs_of(call)[-1].context == {
        "iam:PassedToService": "ecs-tasks.amazonaws.com",
        "iam:AssociatedResourceArn": ("arn:aws:ecs:us-east-1:111122223333:task-definition/f",),
    }


CONTEXTS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "ec2",
        "RunInstances",
        {"InstanceType": "t3.micro"},
        {"ec2:InstanceType": "t3.micro", "ec2:Region": "us-east-1", "ec2:Tenancy": "default"},
    ),
    (
        "ec2",
        "CreateVolume",
        {"Size": 8, "SnapshotId": "snap-1"},
        {"ec2:VolumeSize": "8", "ec2:Encrypted": "false"}
        | {"ec2:ParentSnapshot": "arn:aws:ec2:us-east-1::snapshot/snap-1"},
    ),
    ("ecs", "RunTask", {}, {"ecs:cluster": "arn:aws:ecs:us-east-1:111122223333:cluster/default"}),
    (
        "ecs",
        "RunTask",
        {"cluster": "arn:aws:ecs:eu-west-1:444455556666:cluster/c"},
        {"ecs:cluster": "arn:aws:ecs:eu-west-1:444455556666:cluster/c"},
    ),
    ("ecs", "StopTask", {"cluster": "c"}, {"ecs:cluster": "arn:aws:ecs:us-east-1:111122223333:cluster/c"}),
    (
        "lambda",
        "CreateEventSourceMapping",
        {"FunctionName": "f"},
        {"lambda:FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:f"},
    ),
    (
        "events",
        "PutRule",
        {"Name": "r", "EventPattern": '{"source":["aws.ec2",{"prefix":"x"}],"detail":{"service":["EC2"]}}'},
        {"events:source": "aws.ec2", "events:detail.service": "EC2", "events:creatorAccount": "111122223333"},
    ),
    ("events", "PutRule", {"Name": "r", "EventPattern": "{"}, {"events:creatorAccount": "111122223333"}),
    ("rds", "CreateDBInstance", {"Engine": "mysql"}, {"rds:DatabaseEngine": "mysql", "rds:MultiAz": "false"}),
    ("sns", "Subscribe", {"Protocol": "https"}, {"sns:Protocol": "https"}),
    (
        "s3",
        "PutObject",
        {"Bucket": "b", "Key": "k", "ACL": "private", "Tagging": "a=b%20c"},
        {"s3:x-amz-acl": "private", "s3:RequestObjectTag/a": "b c", "s3:RequestObjectTagKeys": ("a",)},
    ),
    ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "p/"}, {"s3:prefix": "p/"}),
]


@pytest.mark.parametrize(("service", "operation", "params", "expected"), CONTEXTS)
def test_condition_keys_that_parameters_tell(
    service: str, operation: str, params: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert expected.items() <= context(service, operation, **params).items()


SERVICES = "events sqs sns lambda logs scheduler pipes stepfunctions iam s3"


# Those that only windsock itself calls.
OWN_OPERATIONS = (
    "AcceptEvent",
    "AwaitMessages",
    "ForgetAuthorization",
    "ForwardEvent",
    "InvokeFunctionUrl",
    "ListDeniedCalls",
    "PrepareConnection",
    "PrepareInvocation",
    "SwitchRole",
)


@pytest.mark.parametrize("service", SERVICES.split())
def test_the_data_names_operations_and_parameters_that_there_are(service: str) -> None:
    file = resources.files("windsock.engine").joinpath("access_data", f"{service}.json")
    data, model = json.loads(file.read_text()), service_model(service)
    for name, entries in data["operations"].items():
        if name not in model.operation_names:
            assert name in OWN_OPERATIONS
            continue
        shape = model.operation_model(name).input_shape
        members = set(shape.members) if shape else set()
        for resource, *parameters in (each for entry in entries for each in entry.get("on", ())):
            assert data["resources"][resource].count("{}") == len(parameters), name
            firsts = {
                re.split(r"[|=~^.\[{]", parameter.lstrip(":"))[0] for parameter in parameters if parameter
            }
            assert firsts <= members or parameters == ["UserName=@caller"], name
