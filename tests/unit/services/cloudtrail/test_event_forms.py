"""How CloudTrail calls operations and writes their parameters."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.kernel.models import operation_model
from windsock.services.cloudtrail.elements import request_elements, response_elements
from windsock.services.cloudtrail.event_forms import event_form


@pytest.mark.parametrize(
    ("service", "operation", "source", "name", "read_only"),
    [
        ("ec2", "RunInstances", "ec2.amazonaws.com", "RunInstances", False),
        ("ec2", "DescribeInstances", "ec2.amazonaws.com", "DescribeInstances", True),
        ("stepfunctions", "StartExecution", "states.amazonaws.com", "StartExecution", False),
        ("cloudwatch", "PutMetricAlarm", "monitoring.amazonaws.com", "PutMetricAlarm", False),
        ("ecr", "CreateRepository", "ecr.amazonaws.com", "CreateRepository", False),
        ("lambda", "CreateFunction", "lambda.amazonaws.com", "CreateFunction20150331", False),
        ("lambda", "UpdateFunctionCode", "lambda.amazonaws.com", "UpdateFunctionCode20150331v2", False),
        ("rds-data", "ExecuteStatement", "rdsdata.amazonaws.com", "ExecuteStatement", False),
        (
            "application-autoscaling",
            "PutScalingPolicy",
            "autoscaling.amazonaws.com",
            "PutScalingPolicy",
            False,
        ),
        ("sesv2", "CreateContactList", "ses.amazonaws.com", "CreateContactList", False),
        ("elbv2", "CreateListener", "elasticloadbalancing.amazonaws.com", "CreateListener", False),
    ],
)
def test_names(service: str, operation: str, source: str, name: str, read_only: bool) -> None:
    form = event_form(service, operation)
    assert form is not None
    assert (form.source, form.name, form.read_only) == (source, name, read_only)


def test_global_services_are_kept_in_one_region() -> None:
    form = event_form("iam", "CreateRole")
    assert form is not None and form.is_global


def test_what_only_windsock_can_ask_for_is_not_logged() -> None:
    assert event_form("lambda", "AcceptEvent") is None
    assert event_form("events", "PutEvents") is None


@pytest.mark.parametrize(
    ("operation", "params", "written"),
    [
        (
            "StopInstances",
            {"InstanceIds": ["i-1"], "Force": False},
            {"instancesSet": {"items": [{"instanceId": "i-1"}]}, "force": False},
        ),
        (
            "CreateTags",
            {"Resources": ["snap-1"], "Tags": [{"Key": "k", "Value": "v"}]},
            {
                "resourcesSet": {"items": [{"resourceId": "snap-1"}]},
                "tagSet": {"items": [{"key": "k", "value": "v"}]},
            },
        ),
        (
            "RunInstances",
            {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 2, "InstanceType": "t2.micro"},
            {
                "instancesSet": {"items": [{"imageId": "ami-1", "minCount": 1, "maxCount": 2}]},
                "instanceType": "t2.micro",
            },
        ),
    ],
)
def test_ec2_requests(operation: str, params: dict[str, Any], written: dict[str, Any]) -> None:
    shape = operation_model("ec2", operation).input_shape
    assert request_elements("ec2", shape, params) == written


def test_ec2_responses() -> None:
    shape = operation_model("ec2", "StopInstances").output_shape
    result = {"StoppingInstances": [{"InstanceId": "i-1", "CurrentState": {"Code": 64, "Name": "stopping"}}]}
    assert response_elements("ec2", shape, result) == {
        "instancesSet": {"items": [{"instanceId": "i-1", "currentState": {"code": 64, "name": "stopping"}}]}
    }
